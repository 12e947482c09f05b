#include "driver/tables/procedures.h"

#include <algorithm>
#include <array>

#include "driver/tables/connection_values.h"

namespace dqlite::odbc {
namespace {

using std::string_view;

constexpr ProcedureColumn text(string_view name, string_view remarks) {
    return {name, SQL_VARCHAR, 255, remarks};
}
constexpr ProcedureColumn path(string_view name, string_view remarks) {
    return {name, SQL_VARCHAR, 4096, remarks};
}
constexpr ProcedureColumn number(string_view name, string_view remarks) {
    return {name, SQL_BIGINT, 19, remarks};
}
/// Ids, weights and failure domains have 64 bits and no sign: more than a BIGINT holds.
constexpr ProcedureColumn unsigned_number(string_view name, string_view remarks) {
    return {name, SQL_DECIMAL, 20, remarks};
}
constexpr ProcedureColumn as(SQLSMALLINT kind, ProcedureColumn column,
                             string_view default_value = {}) {
    column.kind = kind;
    column.default_value = default_value;
    return column;
}
constexpr ProcedureColumn input(ProcedureColumn column, string_view default_value = {}) {
    return as(SQL_PARAM_INPUT, column, default_value);
}

constexpr auto node_id = unsigned_number("id", "The node's id");
constexpr auto node_address = text("address", "Its address, as the cluster knows it");
constexpr auto node_role = text("role", "voter, standby or spare");
constexpr auto failure_domain = unsigned_number("failure_domain", "Its failure domain");
constexpr auto node_weight = unsigned_number("weight", "Its weight in elections");
constexpr auto asked_address =
    input(text("address", "The node's address; none: the leader's"), "NULL");

constexpr std::array add_parameters{
    input(node_id),
    input(text("address", "Where the running node listens")),
    input(node_role, "'voter'"),
};
constexpr std::array assign_parameters{input(node_id), input(node_role)};
constexpr std::array describe_parameters{
    asked_address,
    as(SQL_PARAM_OUTPUT, failure_domain),
    as(SQL_PARAM_OUTPUT, node_weight),
};
constexpr std::array describe_columns{failure_domain, node_weight};
constexpr std::array dump_parameters{
    input(text("database", "The database to copy")),
    input(path("directory", "Where its files are written, on this computer")),
};
constexpr std::array dump_columns{
    path("path", "A file that was written"),
    number("size", "Its bytes"),
};
constexpr std::array leader_parameters{
    as(SQL_RETURN_VALUE, unsigned_number("leader", "The leader's id")),
    as(SQL_PARAM_OUTPUT, node_address),
};
constexpr std::array leader_columns{node_id, node_address};
constexpr std::array nodes_parameters{
    as(SQL_RETURN_VALUE, number("count", "How many nodes there are")),
};
constexpr std::array nodes_columns{node_id, node_address, node_role};
constexpr std::array remove_parameters{input(node_id)};
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
    number("commits_in_doubt", "Commits without an answer that CommitProof looked into"),
    number("proved_committed", "Of these, committed"),
    number("proved_not_committed", "Of these, not committed for good"),
    number("left_unknown", "Of these, told as unknown"),
    number("prepared_statements", "Statements the server holds prepared for it"),
};
constexpr std::array transfer_parameters{
    as(SQL_PARAM_INPUT_OUTPUT,
       unsigned_number("id", "The voter to lead; none: any. Afterwards: who leads"), "NULL"),
};
constexpr std::array weight_parameters{input(node_weight), asked_address};

constexpr bool needs_admin = true;
constexpr bool for_everybody = false;
constexpr std::span<const ProcedureColumn> nothing;

constexpr std::array procedures{
    Procedure{ProcedureId::add, "dqlite_add", "Take a running node into the cluster", needs_admin,
              add_parameters, nothing},
    Procedure{ProcedureId::assign, "dqlite_assign", "Give a node another role", needs_admin,
              assign_parameters, nothing},
    Procedure{ProcedureId::describe, "dqlite_describe", "What a node says of itself", for_everybody,
              describe_parameters, describe_columns},
    Procedure{ProcedureId::dump, "dqlite_dump", "Copy a database into files", needs_admin,
              dump_parameters, dump_columns},
    Procedure{ProcedureId::leader, "dqlite_leader", "The node that leads the cluster",
              for_everybody, leader_parameters, leader_columns},
    Procedure{ProcedureId::nodes, "dqlite_nodes", "The nodes of the cluster", for_everybody,
              nodes_parameters, nodes_columns},
    Procedure{ProcedureId::remove, "dqlite_remove", "Take a node out of the cluster", needs_admin,
              remove_parameters, nothing},
    Procedure{ProcedureId::session, "dqlite_session", "This connection and its counters",
              for_everybody, nothing, session_columns},
    Procedure{ProcedureId::transfer, "dqlite_transfer", "Let another node lead", needs_admin,
              transfer_parameters, nothing},
    Procedure{ProcedureId::weight, "dqlite_weight", "Set a node's weight in elections", needs_admin,
              weight_parameters, nothing},
};
static_assert(std::ranges::is_sorted(procedures, {}, &Procedure::name));

}  // namespace

std::span<const Procedure> procedure_table() noexcept {
    return procedures;
}

const Procedure* find_procedure(string_view name) noexcept {
    const auto* const found = std::ranges::find_if(procedures, [name](const Procedure& procedure) {
        return same_letters(procedure.name, name);
    });
    return found == procedures.end() ? nullptr : found;
}

}  // namespace dqlite::odbc
