// The measurements, by who does the work. Each adds its figures under the same names: block,
// getdata, select.N and insert.N for N clients, array, single, connect, and grown (MB of memory).
#pragma once

#include <cstddef>
#include <string>

#include "tests/bench/measure.h"

namespace dqlite::bench {

/// Clients that work side by side, one round trip after the other.
struct Clients {
    enum class Work : unsigned char { select, insert } work;
    std::size_t count;
    [[nodiscard]] std::string name() const {
        return (work == Work::select ? "select." : "insert.") + std::to_string(count);
    }
};

/// What the server itself allows: nobody can be faster.
namespace raw {
void prepare_tables(const std::string& address);
void drain(const std::string& address, Figures& figures);
void latency(const std::string& address, const Clients& clients, Figures& figures);
void array(const std::string& address, Figures& figures);
void connect(const std::string& address, Figures& figures);
}  // namespace raw

/// An ODBC driver through unixODBC, ours or another one: `connection` is its connection string.
namespace odbc {
/// The tables of workload.h where raw::prepare_tables() has not made them.
void prepare_tables(const std::string& connection, const std::string& blob_type);
void fetch(const std::string& connection, Figures& figures);
/// `each_its_own` database, as workload.h says, and none in `connection`.
void latency(const std::string& connection, const Clients& clients, bool each_its_own,
             Figures& figures);
/// In autocommit, with row by row beside it; or `in_transaction`, for drivers that take the rows
/// one by one.
void array(const std::string& connection, bool in_transaction, Figures& figures);
void memory(const std::string& connection, Figures& figures);
void connect(const std::string& connection, Figures& figures);
}  // namespace odbc

/// The C++ client below the driver.
namespace cxx {
void fetch(const std::string& address, Figures& figures);
void latency(const std::string& address, const Clients& clients, Figures& figures);
void connect(const std::string& address, Figures& figures);
}  // namespace cxx

}  // namespace dqlite::bench
