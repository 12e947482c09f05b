// Tests on each generation of servers in a network of their own (network.h); skipped, with the
// reason, where the machine permits none.
#pragma once

#include "tests/support/each_generation.h"
#include "tests/support/network.h"

namespace dqlite::test {

class OnEachGenerationInANetwork : public OnEachGeneration {
  protected:
    void SetUp() override {
        if (const auto& reason = Network::unavailable()) {
            GTEST_SKIP() << "no network namespaces here: " << *reason;
        }
    }
};

}  // namespace dqlite::test
