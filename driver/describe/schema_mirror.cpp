#include "driver/describe/schema_mirror.h"

#include <map>
#include <utility>

#include "driver/describe/describer.h"
#include "driver/describe/shared_mirror.h"

namespace dqlite::odbc {
namespace {

using client::Result;
using client::RowStream;
using client::Session;
using client::TransactionState;

/// Both in one round trip; temporary objects are the session's own.
constexpr std::string_view version_query =
    "SELECT schema_version, (SELECT count(*) FROM sqlite_temp_schema) FROM pragma_schema_version";

/// Version and rows in one statement, so from one snapshot. Temporary objects come last: their
/// flag is the first column.
constexpr std::string_view schema_query =
    "SELECT 0 AS temporary, v.schema_version, m.type, m.name, m.tbl_name, m.sql, m.rowid AS place"
    " FROM pragma_schema_version AS v LEFT JOIN main.sqlite_schema AS m"
    " UNION ALL SELECT 1, 0, type, name, tbl_name, sql, rowid FROM sqlite_temp_schema"
    " ORDER BY temporary, place";

struct Version {
    std::int64_t main = 0;
    bool temporary_objects = false;
    friend bool operator==(const Version&, const Version&) = default;
};

[[nodiscard]] Result<std::unique_ptr<RowStream>> ask(Session& session, std::string_view sql) {
    auto statement = client::parse_one_statement(sql);
    if (!statement) return client::fail(statement.error());
    // It names temp's schema to tell what is there now, whatever was lost with a connection.
    statement->needs_session_state = false;
    return session.query(*statement);
}

[[nodiscard]] Result<Version> read_version(Session& session) {
    auto rows = ask(session, version_query);
    if (!rows) return client::fail(rows.error());
    Version version;
    RowStream::Step step = (*rows)->next();
    for (; step == RowStream::Step::row; step = (*rows)->next()) {
        version.main = (*rows)->row()[0].as_integer();
        version.temporary_objects = (*rows)->row()[1].as_integer() != 0;
    }
    if (step == RowStream::Step::failed) return client::fail((*rows)->error());
    return version;
}

[[nodiscard]] Result<Schema> read_schema(Session& session) {
    auto rows = ask(session, schema_query);
    if (!rows) return client::fail(rows.error());
    Schema schema;
    RowStream::Step step = (*rows)->next();
    for (; step == RowStream::Step::row; step = (*rows)->next()) {
        const auto row = (*rows)->row();
        const auto text = [row](std::size_t i) {
            return row[i].holds_text() ? std::string{row[i].as_bytes()} : std::string{};
        };
        const bool temporary = row[0].as_integer() != 0;
        if (!temporary) schema.version = row[1].as_integer();
        if (!row[5].holds_text()) continue;
        (temporary ? schema.temp : schema.main)
            .push_back({.type = text(2), .name = text(3), .table = text(4), .sql = text(5)});
    }
    if (step == RowStream::Step::failed) return client::fail((*rows)->error());
    return schema;
}

}  // namespace

std::shared_ptr<SchemaMirror> SchemaMirror::of(const std::string& cluster_key) {
    static std::mutex mutex;
    static std::map<std::string, std::weak_ptr<SchemaMirror>> mirrors;
    const std::scoped_lock lock{mutex};
    std::erase_if(mirrors, [](const auto& entry) { return entry.second.expired(); });
    std::weak_ptr<SchemaMirror>& known = mirrors[cluster_key];
    std::shared_ptr<SchemaMirror> mirror = known.lock();
    if (mirror == nullptr) {
        mirror = std::make_shared<SchemaMirror>();
        known = mirror;
    }
    return mirror;
}

std::shared_ptr<MirrorDatabase> SchemaMirror::database() const {
    const std::scoped_lock lock{mutex_};
    return database_;
}

void SchemaMirror::publish(std::shared_ptr<MirrorDatabase> database) {
    const std::scoped_lock lock{mutex_};
    database_.swap(database);
}

struct Describer::Impl {
    Impl(const std::string& cluster_key, const TypeOptions& type_options)
        : shared{SchemaMirror::of(cluster_key)}, options{type_options} {}

    [[nodiscard]] Result<void> load(Session& session, const Version& version, bool in_transaction);

    std::shared_ptr<SchemaMirror> shared;
    TypeOptions options;
    /// What only this connection sees: its temporary objects, DDL it has not committed.
    std::shared_ptr<MirrorDatabase> overlay;
    std::uint64_t overlay_generation = 0;
    Version overlay_version;
    bool overlay_of_transaction = false;
    bool current = false;

    /// Null while nothing is known.
    [[nodiscard]] std::shared_ptr<MirrorDatabase> mirror() const {
        if (!current) return nullptr;
        return overlay ? overlay : shared->database();
    }
};

Describer::Describer(const std::string& cluster_key, const TypeOptions& options)
    : impl_{std::make_unique<Impl>(cluster_key, options)} {}

Describer::~Describer() = default;

bool Describer::available() noexcept {
    return SqliteLibrary::get() != nullptr;
}

void Describer::invalidate() noexcept {
    impl_->current = false;
    impl_->overlay.reset();
}

bool Describer::current() const noexcept {
    return impl_->current;
}

Result<void> Describer::refresh(Session& session) {
    if (!available()) return {};
    const auto version = read_version(session);
    if (!version) {
        invalidate();
        return client::fail(version.error());
    }
    const bool in_transaction = session.transaction() != TransactionState::none;
    if (impl_->overlay != nullptr) {
        const bool holds = impl_->overlay_version == *version &&
                           impl_->overlay_generation == session.generation() &&
                           (version->temporary_objects || in_transaction) &&
                           impl_->overlay_of_transaction == in_transaction;
        if (!holds) impl_->overlay.reset();
    }
    const auto shared = impl_->shared->database();
    const bool shared_fits =
        !version->temporary_objects && shared != nullptr && shared->version() == version->main;
    if (impl_->overlay == nullptr && !shared_fits) {
        if (auto loaded = impl_->load(session, *version, in_transaction); !loaded) {
            invalidate();
            return loaded;
        }
    }
    impl_->current = true;
    return {};
}

Result<void> Describer::Impl::load(Session& session, const Version& version, bool in_transaction) {
    auto schema = read_schema(session);
    if (!schema) return client::fail(schema.error());
    std::shared_ptr<MirrorDatabase> loaded = MirrorDatabase::load(*schema);
    // Past the mirror's limits: an empty one, which understands nothing, is asked instead.
    if (loaded == nullptr) loaded = MirrorDatabase::load(Schema{schema->version, {}, {}});
    if (version.temporary_objects || in_transaction) {
        overlay = std::move(loaded);
        overlay_generation = session.generation();
        overlay_version = version;
        overlay_of_transaction = in_transaction;
    } else {
        shared->publish(std::move(loaded));
    }
    return {};
}

Description Describer::describe(const client::Statement& statement) {
    const auto mirror = impl_->mirror();
    return describe_statement(statement, mirror.get(), impl_->options);
}

std::optional<KeyedQuery> Describer::keyed_query(const client::Statement& statement) {
    const auto mirror = impl_->mirror();
    if (mirror == nullptr) return std::nullopt;
    const auto lock = mirror->lock();
    return odbc::keyed_query(statement, significant_tokens(statement.sql), *mirror);
}

bool Describer::knows_rows_are_independent(std::string_view name, bool replaces) {
    const auto mirror = impl_->mirror();
    if (mirror == nullptr || name.empty()) return false;
    const auto lock = mirror->lock();
    const Table* const table = mirror->table({}, name);
    return table != nullptr && mirror->rows_are_independent(*table, replaces);
}

}  // namespace dqlite::odbc
