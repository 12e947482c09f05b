// Everything a client asks a server, in one go: so every kind of answer is asked for.
#pragma once

#include <array>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "client/cluster.h"
#include "client/session.h"

namespace dqlite::client {

/// Gets every error that is met.
using OnError = std::function<void(const Error&)>;

inline Result<Execution> execute(Session& session, std::string_view sql, const Call& call = {}) {
    const auto statement = parse_one_statement(sql);
    if (!statement) return fail(statement.error());
    return session.execute(*statement, {}, call);
}

inline void read_rows(Session& session, const OnError& on_error) {
    const auto statement = parse_one_statement("SELECT number, text FROM t");
    auto rows = session.query(*statement);
    if (!rows) return on_error(rows.error());
    while ((*rows)->next() == RowStream::Step::row) {
    }
    if ((*rows)->failed()) on_error((*rows)->error());
}

inline void use_transaction(Session& session, const OnError& on_error) {
    if (auto begun = session.begin(BeginMode::immediate); !begun) return on_error(begun.error());
    const auto statement = parse_one_statement("INSERT INTO t VALUES (?, ?)");
    const std::vector<std::vector<wire::Value>> sets(
        3, {wire::Value::integer(1), wire::Value::text("one")});
    for (const auto& done : session.execute_each(*statement, sets)) {
        if (!done) on_error(done.error());
    }
    if (auto committed = session.commit(); !committed) on_error(committed.error());
}

inline void use_session(const Options& options, const OnError& on_error) {
    const auto session = Session::connect(options);
    if (!session) return on_error(session.error());
    const Call prepared{.prepared = true};
    constexpr std::array<std::string_view, 2> once{"INSERT INTO t VALUES (1, 'a')",
                                                   "DELETE FROM missing"};
    for (const std::string_view sql : once) {
        if (auto done = execute(**session, sql); !done) on_error(done.error());
    }
    if (auto done = execute(**session, "DELETE FROM t", prepared); !done) on_error(done.error());
    read_rows(**session, on_error);
    use_transaction(**session, on_error);
}

inline void use_cluster(const Options& options, const std::string& folder,
                        const OnError& on_error) {
    auto cluster = Cluster::open(options);
    if (!cluster) return on_error(cluster.error());
    if (auto nodes = cluster->nodes(); !nodes) on_error(nodes.error());
    if (auto told = cluster->describe(); !told) on_error(told.error());
    if (auto done = cluster->transfer(1); !done) on_error(done.error());
    if (auto files = cluster->dump("default", folder); !files) on_error(files.error());
}

/// `folder` takes the files of a dump.
inline void use_whole_client(const Options& options, const std::string& folder,
                             const OnError& on_error) {
    use_session(options, on_error);
    use_cluster(options, folder, on_error);
}

}  // namespace dqlite::client
