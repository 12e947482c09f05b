// GoogleTest's side of generation.h:
//
//     class Prepared : public dqlite::test::OnEachGeneration {};
//     DQLITE_ON_EACH_GENERATION(Prepared);
//     TEST_P(Prepared, IsKept) { dqlite::test::Node node{generation()}; … }
#pragma once

#include <ostream>
#include <string>

#include <gtest/gtest.h>

#include "tests/support/generation.h"

namespace dqlite::test {

/// How GoogleTest names one in its messages.
inline void PrintTo(ServerGeneration generation, std::ostream* out) {
    *out << name(generation);
}

class OnEachGeneration : public ::testing::TestWithParam<ServerGeneration> {
  protected:
    [[nodiscard]] static ServerGeneration generation() { return GetParam(); }
};

inline std::string generation_name(const ::testing::TestParamInfo<ServerGeneration>& info) {
    return name(info.param);
}

}  // namespace dqlite::test

#define DQLITE_ON_EACH_GENERATION(fixture)                                                         \
    INSTANTIATE_TEST_SUITE_P(Servers, fixture, ::testing::ValuesIn(::dqlite::test::generations()), \
                             ::dqlite::test::generation_name)
