// The measurements, by who does the work. Each adds its figures under the same names: block,
// getdata, select.N and insert.N for N clients, array, single, connect, alone (a connect without
// driver manager), peak and grown (MB).
#pragma once

#include <cstddef>
#include <string>

#include "tests/bench/clients.h"
#include "tests/bench/measure.h"

namespace dqlite::bench {

/// What the server itself allows: nobody can be faster.
namespace raw {
/// How a client waits; or polls, and works for a microsecond between an answer and the next
/// request, as an application and its driver have to.
enum class Waiting : unsigned char { block, poll, poll_and_work };

void prepare_tables(const std::string& address);
void empty_inserts(const std::string& address);
void drain(const std::string& address, Figures& figures);
void array(const std::string& address, Figures& figures);
[[nodiscard]] RoundTrip worker(const std::string& address, Work work, std::size_t client,
                               Waiting waiting);
}  // namespace raw

/// An ODBC driver through unixODBC, ours or another one: `connection` is its connection string.
namespace odbc {
/// The tables of workload.h where raw::prepare_tables() has not made them.
void prepare_tables(const std::string& connection, const std::string& blob_type);
void fetch_blocks(const std::string& connection, Figures& figures);
void fetch_cells(const std::string& connection, Figures& figures);
/// In autocommit, with row by row beside it; or `in_transaction`, for drivers that take the rows
/// one by one.
void array(const std::string& connection, bool in_transaction, Figures& figures);
void memory(const std::string& connection, Figures& figures);
[[nodiscard]] RoundTrip worker(const std::string& connection, Work work);
/// Connects by the functions of the driver's file itself: what a driver manager adds is not there.
[[nodiscard]] RoundTrip connecting_without_manager(const std::string& driver,
                                                   const std::string& connection);
}  // namespace odbc

/// The C++ client below the driver.
namespace cxx {
void fetch(const std::string& address, Figures& figures);
[[nodiscard]] RoundTrip worker(const std::string& address, Work work, std::size_t client);
}  // namespace cxx

}  // namespace dqlite::bench
