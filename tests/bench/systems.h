// Who is measured: one way to work on one server. Every measurement is asked of all of them in
// turn.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tests/bench/clients.h"
#include "tests/bench/measure.h"

namespace dqlite::bench {

/// Where the work is done.
struct Place {
    std::string name;        ///< as figures are named: "trixie", or "local"
    std::string address;     ///< of the node; none for databases that are no dqlite
    std::string by_counter;  ///< the same node through a proxy that counts round trips
};

/// Every function measures in processes of its own and returns nothing where the system has no such
/// thing.
class System {
  public:
    System() = default;
    virtual ~System() = default;
    System(const System&) = delete;
    System& operator=(const System&) = delete;

    [[nodiscard]] virtual std::string name() const = 0;
    [[nodiscard]] virtual Figures fetch(const Place& place) const = 0;
    [[nodiscard]] virtual Figures latency(const Place& place, Work work,
                                          std::size_t clients) const = 0;
    [[nodiscard]] virtual Figures array(const Place& place) const = 0;
    [[nodiscard]] virtual Figures memory(const Place&) const { return {}; }
    [[nodiscard]] virtual Figures connect(const Place& place) const = 0;
    /// Does the work `count` times by one client, on the address that counts; false: it cannot.
    [[nodiscard]] virtual bool repeat(const Place& place, Work work, std::size_t count) const = 0;
};
using Systems = std::vector<std::unique_ptr<System>>;

/// Raw frames, the driver and the C++ client, on dqlite.
[[nodiscard]] Systems own_systems();

/// A program that does the same work on dqlite (tests/bench/README.md says what it is asked).
[[nodiscard]] std::unique_ptr<System> program_system(std::string name,
                                                     std::vector<std::string> command);

/// Another ODBC driver, on a database of its own; its tables are made here. Several clients write
/// to one database, if it takes that.
[[nodiscard]] std::unique_ptr<System> odbc_system(std::string name, std::string connection);

}  // namespace dqlite::bench
