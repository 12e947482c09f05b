#include "driver/handle/procedure_call.h"

#include <array>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "client/cluster.h"
#include "wire/rows.h"

namespace dqlite::odbc {
namespace {

using wire::Value;
using Rows = client::Result<std::unique_ptr<client::RowStream>>;
using Nodes = client::Result<std::vector<client::NodeInfo>>;

Value count(std::uint64_t number) {
    return Value::integer(static_cast<std::int64_t>(number));
}

std::string_view role_name(wire::Role role) {
    switch (role) {
        case wire::Role::voter:
            return "voter";
        case wire::Role::standby:
            return "standby";
        case wire::Role::spare:
            return "spare";
    }
    return "unknown";
}

std::string_view class_name(client::ServerClass server_class) {
    switch (server_class) {
        case client::ServerClass::v1_11:
            return "1.11";
        case client::ServerClass::v1_15:
            return "1.15";
        case client::ServerClass::v1_18_3:
            return "1.18.3";
        case client::ServerClass::unknown:
            break;
    }
    return "unknown";
}

wire::RowsWriter writer_for(const Procedure& procedure) {
    std::vector<std::string_view> names;
    for (const auto& column : procedure.columns) names.push_back(column.name);
    return wire::RowsWriter{names};
}

Rows session_row(const Procedure& procedure, client::Session& session) {
    const auto traits = session.traits();
    if (!traits) return client::fail(traits.error());
    const auto counters = session.statistics();
    const std::array row{
        Value::text(session.leader_address()),
        Value::text(class_name(traits->server_class)),
        Value::text(traits->sqlite_version),
        count(counters.retries),
        count(counters.reconnects),
        count(counters.round_trips),
        count(counters.requests),
        count(counters.bytes_sent),
        count(counters.bytes_received),
    };
    auto writer = writer_for(procedure);
    writer.row(row);
    return client::RowStream::from_frame(writer.finish());
}

Nodes ask(ProcedureId id, const client::Options& options) {
    auto cluster = client::Cluster::open(options);
    if (!cluster) return client::fail(std::move(cluster.error()));
    if (id == ProcedureId::nodes) return cluster->nodes();
    auto leader = cluster->leader();
    if (!leader) return client::fail(std::move(leader.error()));
    return std::vector{std::move(*leader)};
}

}  // namespace

Rows call_procedure(const Procedure& procedure, client::Session& session,
                    const client::Options& options) {
    if (procedure.id == ProcedureId::session) return session_row(procedure, session);
    const auto nodes = ask(procedure.id, options);
    if (!nodes) return client::fail(nodes.error());
    auto writer = writer_for(procedure);
    for (const auto& node : *nodes) {
        const std::array row{count(node.id), Value::text(node.address),
                             Value::text(role_name(node.role))};
        writer.row(std::span{row}.first(procedure.columns.size()));
    }
    return client::RowStream::from_frame(writer.finish());
}

}  // namespace dqlite::odbc
