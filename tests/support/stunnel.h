// stunnel, which ends mutual TLS in front of nodes as it would in production.
#pragma once

#include <string>
#include <vector>

#include "tests/support/certificates.h"
#include "tests/support/node.h"
#include "tests/support/process.h"

namespace dqlite::test {

/// One stunnel for several plain ports. It asks every client for a certificate of `clients`.
class Stunnel {
  public:
    Stunnel(const std::vector<std::string>& backends, const Identity& identity,
            const std::string& clients);
    /// One for each backend, in their order.
    [[nodiscard]] const std::vector<std::string>& addresses() const noexcept { return addresses_; }

  private:
    void wait_for(std::uint16_t port);

    TemporaryDirectory directory_;
    std::vector<std::string> addresses_;
    Process process_;
};

}  // namespace dqlite::test
