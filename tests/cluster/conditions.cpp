#include "tests/cluster/conditions.h"

#include <cstdlib>
#include <stdexcept>

namespace dqlite::test {

std::uint64_t cluster_seed() {
    const char* const given = std::getenv("DQLITE_CLUSTER_SEED");
    return given == nullptr ? 20261121 : std::strtoull(given, nullptr, 10);
}

std::string client_text(const std::string& servers, const std::string& more) {
    return connection_string(servers,
                             "Timeout=3;LoginTimeout=20;FailoverTimeout=20;BusyTimeout=5;" + more);
}

void throw_failure(const OdbcStatement& statement, const std::string& sql) {
    throw std::runtime_error{sql + ": " + statement.state() + " " + statement.message()};
}

void must(const OdbcConnection& connection, const std::string& sql) {
    OdbcStatement statement{connection};
    if (!SQL_SUCCEEDED(statement.direct(sql))) throw_failure(statement, sql);
}

}  // namespace dqlite::test
