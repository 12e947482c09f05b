#include "driver/tables/procedures.h"

#include <algorithm>
#include <array>

#include "driver/tables/connection_values.h"

namespace dqlite::odbc {
namespace {

constexpr ProcedureColumn text(std::string_view name, std::string_view remarks) {
    return {name, SQL_VARCHAR, 255, remarks};
}
constexpr ProcedureColumn number(std::string_view name, std::string_view remarks) {
    return {name, SQL_BIGINT, 19, remarks};
}

constexpr std::array leader_columns{
    number("id", "The leader's id"),
    text("address", "Its address, as the cluster knows it"),
};
constexpr std::array nodes_columns{
    number("id", "The node's id"),
    text("address", "Its address, as the cluster knows it"),
    text("role", "voter, standby or spare"),
};
constexpr std::array session_columns{
    text("address", "The node this connection talks to"),
    text("server_class", "The generation of servers it behaves like"),
    text("sqlite_version", "The version of its SQLite"),
    number("retries", "Requests sent again"),
    number("reconnects", "Times the session moved to a new connection"),
    number("round_trips", "Times it waited for an answer"),
    number("requests", "Requests sent"),
    number("bytes_sent", "Bytes sent"),
    number("bytes_received", "Bytes received"),
};

constexpr std::array procedures{
    Procedure{ProcedureId::leader, "dqlite_leader", "The node that leads the cluster",
              leader_columns},
    Procedure{ProcedureId::nodes, "dqlite_nodes", "The nodes of the cluster", nodes_columns},
    Procedure{ProcedureId::session, "dqlite_session", "This connection and its counters",
              session_columns},
};
static_assert(std::ranges::is_sorted(procedures, {}, &Procedure::name));

}  // namespace

std::span<const Procedure> procedure_table() noexcept {
    return procedures;
}

const Procedure* find_procedure(std::string_view name) noexcept {
    const auto* const found = std::ranges::find_if(procedures, [name](const Procedure& procedure) {
        return same_letters(procedure.name, name);
    });
    return found == procedures.end() ? nullptr : found;
}

}  // namespace dqlite::odbc
