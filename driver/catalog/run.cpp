// How a catalogue query is run, and how it survives views that do not resolve.
#include <string>
#include <utility>
#include <vector>

#include "driver/catalog/catalog.h"
#include "driver/catalog/shape.h"

namespace dqlite::odbc {

namespace {

using Rows = client::Result<std::unique_ptr<client::RowStream>>;

constexpr const char* unresolved_views_sql =
    "SELECT schema, name FROM pragma_table_list WHERE type = 'view' AND ncol = 0";
constexpr const char* view_probe_sql = "SELECT count(*) FROM pragma_table_xinfo(?, ?)";

client::Result<std::vector<std::vector<Argument>>> unresolved_views(const RunQuery& send) {
    Rows rows = send(unresolved_views_sql, {});
    if (!rows) return client::fail(std::move(rows.error()));
    std::vector<std::vector<Argument>> views;
    client::RowStream& stream = **rows;
    if (stream.column_count() != 2) return views;
    auto step = stream.next();
    for (; step == client::RowStream::Step::row; step = stream.next()) {
        const auto row = stream.row();
        views.push_back(
            {std::string{catalog::text_of(row[1])}, std::string{catalog::text_of(row[0])}});
    }
    if (step == client::RowStream::Step::failed) return client::fail(stream.error());
    return views;
}

/// Has SQLite look at each view by itself. It remembers the columns of those that resolve, and
/// only then does pragma_table_list tell them from broken ones: it gives up at the first of those.
client::Result<void> resolve_views(const RunQuery& send) {
    auto views = unresolved_views(send);
    if (!views) return client::fail(std::move(views.error()));
    for (const auto& view : *views) {
        Rows probe = send(view_probe_sql, view);
        if (!probe && probe.error().kind != client::ErrorKind::server)
            return client::fail(std::move(probe.error()));
        if (probe) (*probe)->close();
    }
    return {};
}

Rows send_query(const CatalogQuery& query, const RunQuery& send) {
    Rows rows = send(query.sql, query.parameters);
    const bool refused = !rows && rows.error().kind == client::ErrorKind::server;
    if (!refused || query.guarded_sql.empty()) return rows;
    if (auto resolved = resolve_views(send); !resolved)
        return client::fail(std::move(resolved.error()));
    return send(query.guarded_sql, query.parameters);
}

}  // namespace

Rows run(const CatalogQuery& query, const RunQuery& send) {
    std::unique_ptr<client::RowStream> raw;
    if (!query.sql.empty()) {
        Rows rows = send_query(query, send);
        if (!rows) return rows;
        raw = std::move(*rows);
    }
    auto frame = query.finish(raw.get());
    if (!frame) return client::fail(std::move(frame.error()));
    return client::RowStream::from_frame(std::move(*frame));
}

}  // namespace dqlite::odbc
