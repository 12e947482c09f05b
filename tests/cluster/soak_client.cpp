#include "tests/cluster/soak_client.h"

#include <algorithm>
#include <numeric>
#include <thread>
#include <vector>

#include <fmt/format.h>

namespace dqlite::test {
namespace {

using namespace std::chrono_literals;

constexpr auto patience_for_service = 60s;
constexpr std::size_t array_size = 20;
constexpr std::size_t block_size = 50;

// What a fault may do to a call, a crowd to a write, and SQLCancel to a stream: anything else is a
// defect.
constexpr std::array states_of_faults{"08001", "08007", "08S01", "40001",
                                      "40003", "HY008", "HYT00", "HYT01"};

}  // namespace

// ----------------------------------------------------------------------------------------- gate

bool Gate::rest() {
    std::unique_lock lock{mutex_};
    ++resting_;
    changed_.notify_all();
    const std::uint64_t before = opened_;
    changed_.wait(lock, [&] { return ended_ || opened_ != before; });
    --resting_;
    return !ended_;
}

bool Gate::close(std::chrono::seconds patience) {
    std::unique_lock lock{mutex_};
    open_ = false;
    return changed_.wait_for(lock, patience, [&] { return resting_ == clients_; });
}

void Gate::open() {
    const std::lock_guard lock{mutex_};
    open_ = true;
    ++opened_;
    changed_.notify_all();
}

void Gate::end() {
    const std::lock_guard lock{mutex_};
    open_ = false;
    ended_ = true;
    changed_.notify_all();
}

// ----------------------------------------------------------------------------------- the client

struct SoakClient::Step {
    const char* name;
    double weight;
    Failure (SoakClient::*run)();
};

const std::array<SoakClient::Step, 11> SoakClient::steps{{
    {"prepared point selects", 30, &SoakClient::point_select},
    {"inserts", 10, &SoakClient::insert_one},
    {"arrays inserted", 5, &SoakClient::insert_array},
    {"block fetches", 10, &SoakClient::fetch_blocks},
    {"static cursors", 10, &SoakClient::scroll},
    {"catalogue calls", 10, &SoakClient::catalogue},
    {"transactions", 10, &SoakClient::transaction},
    {"runs of new texts", 5, &SoakClient::many_texts},
    {"handles freed with open cursors", 5, &SoakClient::many_handles},
    {"streams cancelled", 4, &SoakClient::cancel},
    {"reconnects", 1, &SoakClient::reconnect},
}};

SoakClient::SoakClient(Options options)
    : options_{std::move(options)}, random_{options_.seed * 1000 + options_.number} {}

std::int64_t SoakClient::upto(std::int64_t last) {
    return std::uniform_int_distribution<std::int64_t>{1, last}(random_);
}

std::int64_t SoakClient::first_row() const noexcept {
    return static_cast<std::int64_t>(options_.number) * rows_each;
}

std::int64_t SoakClient::any_row() {
    return first_row() + upto(rows_each);
}

SoakClient::Failure SoakClient::failed(const std::string& state, const std::string& message) {
    ++failures_[state];
    last_message_ = message;
    if (std::find(states_of_faults.begin(), states_of_faults.end(), state) ==
        states_of_faults.end()) {
        surprises_.insert(fmt::format("{}: {}: {}", doing_.load(), state, message));
    }
    return state;
}

SoakClient::Failure SoakClient::failure_of(const OdbcStatement& statement) {
    return failed(statement.state(), statement.message());
}

SoakClient::Failure SoakClient::failure_of(const OdbcConnection& connection) {
    return failed(connection.state(), connection.message());
}

// ----------------------------------------------------------------------------------------- steps

SoakClient::Failure SoakClient::connect() {
    if (!connection_.ok() && !SQL_SUCCEEDED(connection_.connect(options_.connection_text))) {
        return failure_of(connection_);
    }
    if (point_select_) return std::nullopt;
    auto statement = std::make_unique<OdbcStatement>(connection_);
    if (!SQL_SUCCEEDED(statement->prepare("SELECT name FROM item WHERE id = ?"))) {
        return failure_of(*statement);
    }
    point_select_ = std::move(statement);
    return std::nullopt;
}

SoakClient::Failure SoakClient::reconnect() {
    point_select_.reset();
    if (!SQL_SUCCEEDED(connection_.disconnect())) return failure_of(connection_);
    return connect();
}

SoakClient::Failure SoakClient::read_to_the_end(OdbcStatement& statement) {
    while (true) {
        const SQLRETURN fetched = statement.fetch();
        if (fetched == SQL_NO_DATA) return std::nullopt;
        if (!SQL_SUCCEEDED(fetched)) return failure_of(statement);
    }
}

SoakClient::Failure SoakClient::run_sql(const std::string& sql) {
    OdbcStatement statement{connection_};
    if (!SQL_SUCCEEDED(statement.direct(sql))) return failure_of(statement);
    return statement.columns() == 0 ? std::nullopt : read_to_the_end(statement);
}

SoakClient::Failure SoakClient::point_select() {
    std::int64_t row = any_row();
    SQLBindParameter(point_select_->handle(), 1, SQL_PARAM_INPUT, SQL_C_SBIGINT, SQL_BIGINT, 0, 0,
                     &row, 0, nullptr);
    Failure failure;
    if (SQL_SUCCEEDED(point_select_->execute())) {
        failure = read_to_the_end(*point_select_);
    } else {
        failure = failure_of(*point_select_);
    }
    point_select_->close();
    return failure;
}

SoakClient::Failure SoakClient::insert_rows(std::size_t count) {
    OdbcStatement statement{connection_};
    if (!SQL_SUCCEEDED(statement.prepare("INSERT OR REPLACE INTO item VALUES (?, ?, ?)"))) {
        return failure_of(statement);
    }
    std::vector<std::int64_t> ids(count);
    std::iota(ids.begin(), ids.end(), first_row() + upto(rows_each - static_cast<int>(count) + 1));
    std::vector<std::int64_t> clients(count, static_cast<std::int64_t>(options_.number));
    std::vector<std::array<char, 40>> names(count);
    for (auto& name : names) {
        *fmt::format_to_n(name.data(), name.size() - 1, "row {}", upto(1'000'000'000)).out = '\0';
    }
    statement.set(SQL_ATTR_PARAMSET_SIZE, SQLULEN{count});
    SQLBindParameter(statement.handle(), 1, SQL_PARAM_INPUT, SQL_C_SBIGINT, SQL_BIGINT, 0, 0,
                     ids.data(), 0, nullptr);
    SQLBindParameter(statement.handle(), 2, SQL_PARAM_INPUT, SQL_C_SBIGINT, SQL_BIGINT, 0, 0,
                     clients.data(), 0, nullptr);
    std::vector<SQLLEN> lengths(count, SQL_NTS);
    SQLBindParameter(statement.handle(), 3, SQL_PARAM_INPUT, SQL_C_CHAR, SQL_VARCHAR, 40, 0,
                     names.data(), sizeof names[0], lengths.data());
    if (SQL_SUCCEEDED(statement.execute())) return std::nullopt;
    return failure_of(statement);
}

SoakClient::Failure SoakClient::insert_one() {
    return insert_rows(1);
}

SoakClient::Failure SoakClient::insert_array() {
    return insert_rows(array_size);
}

SoakClient::Failure SoakClient::fetch_blocks() {
    OdbcStatement statement{connection_};
    std::array<std::int64_t, block_size> ids{};
    std::array<std::array<char, 40>, block_size> names{};
    std::array<SQLLEN, block_size> lengths{};
    SQLULEN fetched = 0;
    statement.set(SQL_ATTR_ROW_ARRAY_SIZE, SQLULEN{block_size});
    statement.set(SQL_ATTR_ROWS_FETCHED_PTR, &fetched);
    SQLBindCol(statement.handle(), 1, SQL_C_SBIGINT, ids.data(), 0, nullptr);
    SQLBindCol(statement.handle(), 2, SQL_C_CHAR, names.data(), sizeof names[0], lengths.data());
    if (!SQL_SUCCEEDED(statement.direct("SELECT id, name FROM item LIMIT 1000"))) {
        return failure_of(statement);
    }
    return read_to_the_end(statement);
}

SoakClient::Failure SoakClient::scroll() {
    OdbcStatement statement{connection_};
    statement.set(SQL_ATTR_CURSOR_TYPE, SQLULEN{SQL_CURSOR_STATIC});
    if (!SQL_SUCCEEDED(statement.direct(
            fmt::format("SELECT id, name FROM item WHERE client = {}", options_.number)))) {
        return failure_of(statement);
    }
    constexpr std::array<std::pair<SQLSMALLINT, SQLLEN>, 4> moves{
        {{SQL_FETCH_LAST, 0}, {SQL_FETCH_PRIOR, 0}, {SQL_FETCH_ABSOLUTE, 3}, {SQL_FETCH_FIRST, 0}}};
    for (const auto& [direction, offset] : moves) {
        const SQLRETURN fetched = SQLFetchScroll(statement.handle(), direction, offset);
        if (!SQL_SUCCEEDED(fetched)) return failure_of(statement);
    }
    return std::nullopt;
}

SoakClient::Failure SoakClient::catalogue() {
    OdbcStatement statement{connection_};
    SQLHSTMT handle = statement.handle();
    SQLCHAR* const item = chars("item");
    SQLRETURN called = SQL_ERROR;
    switch (upto(5)) {
        case 1:
            called = SQLTables(handle, nullptr, 0, nullptr, 0, nullptr, 0, nullptr, 0);
            break;
        case 2:
            called = SQLColumns(handle, nullptr, 0, nullptr, 0, item, SQL_NTS, nullptr, 0);
            break;
        case 3:
            called = SQLPrimaryKeys(handle, nullptr, 0, nullptr, 0, item, SQL_NTS);
            break;
        case 4:
            called = SQLStatistics(handle, nullptr, 0, nullptr, 0, item, SQL_NTS, SQL_INDEX_ALL,
                                   SQL_QUICK);
            break;
        default:
            called = SQLGetTypeInfo(handle, SQL_ALL_TYPES);
            break;
    }
    return SQL_SUCCEEDED(called) ? read_to_the_end(statement) : failure_of(statement);
}

SoakClient::Failure SoakClient::end(bool commit) {
    const SQLRETURN ended = commit ? connection_.commit() : connection_.rollback();
    return SQL_SUCCEEDED(ended) ? std::nullopt : failure_of(connection_);
}

SoakClient::Failure SoakClient::work_in_transaction() {
    for (int i = 0; i < 2; ++i) {
        if (auto failure =
                run_sql(fmt::format("UPDATE item SET name = 'updated' WHERE id = {}", any_row()))) {
            return failure;
        }
    }
    if (auto failure = point_select()) return failure;
    return end(upto(3) != 1);
}

SoakClient::Failure SoakClient::transaction() {
    connection_.autocommit(false);
    const Failure failure = work_in_transaction();
    if (failure && end(false)) surprises_.insert("ROLLBACK failed: " + connection_.message());
    if (!SQL_SUCCEEDED(connection_.autocommit(true))) return failure_of(connection_);
    return failure;
}

SoakClient::Failure SoakClient::execute_new_text() {
    OdbcStatement statement{connection_};
    if (!SQL_SUCCEEDED(statement.prepare(fmt::format("SELECT {} + id FROM item WHERE id = {}",
                                                     upto(1'000'000'000), any_row()))) ||
        !SQL_SUCCEEDED(statement.execute())) {
        return failure_of(statement);
    }
    return read_to_the_end(statement);
}

SoakClient::Failure SoakClient::many_texts() {
    for (int i = 0; i < 10; ++i) {
        if (auto failure = execute_new_text()) return failure;
    }
    return std::nullopt;
}

SoakClient::Failure SoakClient::many_handles() {
    std::vector<std::unique_ptr<OdbcStatement>> statements;
    for (int i = 0; i < 5; ++i) {
        statements.push_back(std::make_unique<OdbcStatement>(connection_));
        OdbcStatement& last = *statements.back();
        if (!SQL_SUCCEEDED(last.direct("SELECT id, name FROM item LIMIT 100")) ||
            !SQL_SUCCEEDED(last.fetch())) {
            return failure_of(last);
        }
    }
    return std::nullopt;
}

SoakClient::Failure SoakClient::cancel() {
    OdbcStatement statement{connection_};
    if (!SQL_SUCCEEDED(statement.direct("WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 "
                                        "FROM n WHERE i < 20000) SELECT i, 'row ' || i FROM n")) ||
        !SQL_SUCCEEDED(statement.fetch())) {
        return failure_of(statement);
    }
    if (upto(2) == 1) return std::nullopt;  // freed with most of it unread
    std::thread other{[&] { SQLCancel(statement.handle()); }};
    // Cancelled within a call: HY008. Between two, the cursor is closed: HY010 of unixODBC.
    Failure failure;
    SQLRETURN fetched = SQL_SUCCESS;
    while (SQL_SUCCEEDED(fetched)) fetched = statement.fetch();
    if (fetched != SQL_NO_DATA && statement.state() != "HY010") failure = failure_of(statement);
    other.join();
    return failure == "HY008" ? std::nullopt : failure;
}

// ------------------------------------------------------------------------------------------ rest

SoakClient::Failure SoakClient::count_server_statements() {
    OdbcStatement statement{connection_};
    if (!SQL_SUCCEEDED(statement.direct("{call dqlite_session()}")) ||
        !SQL_SUCCEEDED(statement.fetch())) {
        return failure_of(statement);
    }
    for (SQLUSMALLINT column = 1; column <= statement.columns(); ++column) {
        if (statement.column_name(column) != "prepared_statements") continue;
        server_statements_ = statement.integer(column);
        return std::nullopt;
    }
    return failed("?", "no column prepared_statements");
}

SoakClient::Failure SoakClient::prepare_for_rest() {
    if (auto failure = connect()) return failure;
    for (std::size_t i = 0; i < options_.texts_before_rest; ++i) {
        if (auto failure = execute_new_text()) return failure;
    }
    if (auto failure = point_select()) return failure;
    return count_server_statements();
}

void SoakClient::come_to_rest() {
    doing_ = "coming to rest";
    const auto until = std::chrono::steady_clock::now() + patience_for_service;
    while (const auto failure = prepare_for_rest()) {
        if (std::chrono::steady_clock::now() < until) continue;
        surprises_.insert("no service within a minute: " + *failure + ": " + last_message_);
        return;
    }
}

void SoakClient::run(Gate& gate) {
    std::array<double, steps.size()> weights{};
    std::transform(steps.begin(), steps.end(), weights.begin(),
                   [](const Step& step) { return step.weight; });
    std::discrete_distribution<std::size_t> any(weights.begin(), weights.end());
    while (true) {
        if (!gate.is_open()) {
            come_to_rest();
            if (!gate.rest()) return;
        }
        doing_ = "connecting";
        if (!connect()) {
            const Step& step = steps.at(any(random_));
            doing_ = step.name;
            if (!(this->*step.run)()) ++done_[step.name];
        }
        std::this_thread::sleep_for(std::chrono::milliseconds{upto(40)});
    }
}

}  // namespace dqlite::test
