#include <array>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <vector>

#include <sql.h>
#include <sqlext.h>

#include "tests/bench/bench.h"
#include "tests/bench/clients.h"
#include "tests/bench/workload.h"

namespace dqlite::bench::odbc {
namespace {

void check(SQLRETURN result, SQLSMALLINT kind, SQLHANDLE handle) {
    if (SQL_SUCCEEDED(result)) return;
    SQLCHAR state[6] = {};
    SQLCHAR text[512] = {};
    SQLGetDiagRec(kind, handle, 1, state, nullptr, text, sizeof text, nullptr);
    throw std::runtime_error{std::string{"ODBC: "} + reinterpret_cast<const char*>(state) + " " +
                             reinterpret_cast<const char*>(text)};
}

SQLCHAR* text_of(const char* text) noexcept {
    return reinterpret_cast<SQLCHAR*>(const_cast<char*>(text));
}

class Environment {
  public:
    Environment() {
        check(SQLAllocHandle(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &handle_), SQL_HANDLE_ENV, nullptr);
        check(SQLSetEnvAttr(handle_, SQL_ATTR_ODBC_VERSION,
                            reinterpret_cast<SQLPOINTER>(SQL_OV_ODBC3_80), 0),
              SQL_HANDLE_ENV, handle_);
    }
    ~Environment() { SQLFreeHandle(SQL_HANDLE_ENV, handle_); }
    Environment(const Environment&) = delete;
    Environment& operator=(const Environment&) = delete;
    [[nodiscard]] SQLHENV handle() const noexcept { return handle_; }

  private:
    SQLHENV handle_ = nullptr;
};

class Connection {
  public:
    explicit Connection(const std::string& text) {
        check(SQLAllocHandle(SQL_HANDLE_DBC, environment_.handle(), &handle_), SQL_HANDLE_ENV,
              environment_.handle());
        open(text);
    }
    ~Connection() {
        close();
        SQLFreeHandle(SQL_HANDLE_DBC, handle_);
    }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    void open(const std::string& text) {
        check(SQLDriverConnect(handle_, nullptr, text_of(text.c_str()), SQL_NTS, nullptr, 0,
                               nullptr, SQL_DRIVER_NOPROMPT),
              SQL_HANDLE_DBC, handle_);
    }
    void close() {
        SQLEndTran(SQL_HANDLE_DBC, handle_, SQL_ROLLBACK);
        SQLDisconnect(handle_);
    }
    void autocommit(bool on) {
        check(SQLSetConnectAttr(handle_, SQL_ATTR_AUTOCOMMIT,
                                reinterpret_cast<SQLPOINTER>(on ? SQLULEN{SQL_AUTOCOMMIT_ON}
                                                                : SQLULEN{SQL_AUTOCOMMIT_OFF}),
                                0),
              SQL_HANDLE_DBC, handle_);
    }
    void commit() {
        check(SQLEndTran(SQL_HANDLE_DBC, handle_, SQL_COMMIT), SQL_HANDLE_DBC, handle_);
    }
    [[nodiscard]] SQLHDBC handle() const noexcept { return handle_; }

  private:
    Environment environment_;
    SQLHDBC handle_ = nullptr;
};

class Statement {
  public:
    explicit Statement(const Connection& connection) {
        check(SQLAllocHandle(SQL_HANDLE_STMT, connection.handle(), &handle_), SQL_HANDLE_DBC,
              connection.handle());
    }
    ~Statement() { SQLFreeHandle(SQL_HANDLE_STMT, handle_); }
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;

    void must(SQLRETURN result) const { check(result, SQL_HANDLE_STMT, handle_); }
    void direct(const char* sql) { must(SQLExecDirect(handle_, text_of(sql), SQL_NTS)); }
    void prepare(const char* sql) { must(SQLPrepare(handle_, text_of(sql), SQL_NTS)); }
    void execute() { must(SQLExecute(handle_)); }
    /// False at the end.
    [[nodiscard]] bool fetch() {
        const auto result = SQLFetch(handle_);
        if (result == SQL_NO_DATA) return false;
        must(result);
        return true;
    }
    void close() { SQLFreeStmt(handle_, SQL_CLOSE); }
    void set(SQLINTEGER attribute, SQLULEN value) {
        set(attribute, reinterpret_cast<SQLPOINTER>(value));
    }
    void set(SQLINTEGER attribute, SQLPOINTER value) {
        must(SQLSetStmtAttr(handle_, attribute, value, 0));
    }
    void bind_integer(SQLUSMALLINT number, std::int64_t* value) {
        must(SQLBindParameter(handle_, number, SQL_PARAM_INPUT, SQL_C_SBIGINT, SQL_BIGINT, 0, 0,
                              value, 0, nullptr));
    }
    void bind_text(SQLUSMALLINT number, SQLPOINTER text, SQLLEN size, SQLLEN* lengths) {
        must(SQLBindParameter(handle_, number, SQL_PARAM_INPUT, SQL_C_CHAR, SQL_VARCHAR, 100, 0,
                              text, size, lengths));
    }
    [[nodiscard]] SQLHSTMT handle() const noexcept { return handle_; }

  private:
    SQLHSTMT handle_ = nullptr;
};

/// What a rowset, or a set of parameters, is bound to: the columns of `many`.
struct Buffers {
    std::vector<std::int64_t> integers = std::vector<std::int64_t>(rowset);
    std::vector<double> reals = std::vector<double>(rowset);
    std::vector<std::array<char, 21>> short_texts = std::vector<std::array<char, 21>>(rowset);
    std::vector<std::array<char, 101>> long_texts = std::vector<std::array<char, 101>>(rowset);
    std::vector<std::array<unsigned char, 16>> blobs =
        std::vector<std::array<unsigned char, 16>>(rowset);
    std::array<std::vector<SQLLEN>, columns> lengths;

    Buffers() {
        for (auto& column : lengths) column.resize(rowset);
    }
    struct Column {
        SQLSMALLINT c_type;
        SQLPOINTER data;
        SQLLEN size;
        SQLLEN* length;
    };
    [[nodiscard]] std::array<Column, columns> all() {
        return {{{SQL_C_SBIGINT, integers.data(), 8, lengths[0].data()},
                 {SQL_C_DOUBLE, reals.data(), 8, lengths[1].data()},
                 {SQL_C_CHAR, short_texts.data(), 21, lengths[2].data()},
                 {SQL_C_CHAR, long_texts.data(), 101, lengths[3].data()},
                 {SQL_C_BINARY, blobs.data(), 16, lengths[4].data()}}};
    }
};

void expect_rows(std::size_t got, std::size_t wanted) {
    if (got != wanted) throw std::runtime_error{"ODBC: " + std::to_string(got) + " rows fetched"};
}

void read_blocks(const Connection& connection) {
    Statement statement{connection};
    Buffers buffers;
    SQLULEN fetched = 0;
    statement.set(SQL_ATTR_ROW_ARRAY_SIZE, SQLULEN{rowset});
    statement.set(SQL_ATTR_ROWS_FETCHED_PTR, &fetched);
    SQLUSMALLINT number = 0;
    for (const auto& column : buffers.all()) {
        statement.must(SQLBindCol(statement.handle(), ++number, column.c_type, column.data,
                                  column.size, column.length));
    }
    statement.direct(select_many);
    std::size_t total = 0;
    while (statement.fetch()) total += fetched;
    expect_rows(total, sizes.rows);
}

void read_cells(const Connection& connection) {
    Statement statement{connection};
    Buffers buffers;
    const auto cells = buffers.all();
    statement.direct(select_many);
    std::size_t total = 0;
    for (; statement.fetch(); ++total) {
        SQLUSMALLINT number = 0;
        for (const auto& cell : cells) {
            statement.must(SQLGetData(statement.handle(), ++number, cell.c_type, cell.data,
                                      cell.size, cell.length));
        }
    }
    expect_rows(total, sizes.rows);
}

/// What one client works with.
struct Client {
    Connection connection;
    Statement statement{connection};
    std::int64_t id = 0;
    std::array<char, 32> text{};
    SQLLEN length = SQL_NTS;

    explicit Client(const std::string& to) : connection{to} {}
};

RoundTrip selecting(const std::string& to) {
    auto client = std::make_shared<Client>(to);
    client->statement.prepare(select_point);
    client->statement.bind_integer(1, &client->id);
    client->statement.must(SQLBindCol(client->statement.handle(), 1, SQL_C_CHAR,
                                      client->text.data(), sizeof client->text, &client->length));
    return [client] {
        client->id = client->id % static_cast<std::int64_t>(sizes.points()) + 1;
        client->statement.execute();
        if (!client->statement.fetch()) throw std::runtime_error{"ODBC: no such point"};
        client->statement.close();
    };
}

RoundTrip inserting(const std::string& to) {
    auto client = std::make_shared<Client>(to);
    client->connection.autocommit(false);
    client->statement.prepare(insert_row);
    client->statement.bind_integer(1, &client->id);
    client->statement.bind_text(2, const_cast<char*>(insert_text), 0, &client->length);
    return [client] {
        ++client->id;
        client->statement.execute();
    };
}

RoundTrip connecting(const std::string& to) {
    // One connection is kept: it keeps the driver loaded, as a program with a connection has it.
    const auto kept = std::make_shared<Connection>(to);
    const auto again = std::make_shared<Connection>(to);
    again->close();
    return [kept, again, to] {
        again->open(to);
        again->close();
    };
}

/// What an application holds to be inserted.
struct Rows {
    std::vector<std::int64_t> numbers;
    std::vector<std::array<char, 24>> texts;
    std::vector<SQLLEN> lengths;

    explicit Rows(std::size_t count) : numbers(count), texts(count), lengths(count, SQL_NTS) {
        for (std::size_t i = 0; i < count; ++i) {
            numbers[i] = static_cast<std::int64_t>(i);
            std::string{insert_text}.copy(texts[i].data(), texts[i].size());
        }
    }
};

/// All rows at once, or one after another, so many times.
void insert(const Connection& connection, Rows& rows, std::size_t times) {
    Statement statement{connection};
    statement.prepare(insert_row);
    statement.bind_integer(1, rows.numbers.data());
    statement.bind_text(2, rows.texts.data(), sizeof rows.texts[0], rows.lengths.data());
    statement.set(SQL_ATTR_PARAMSET_SIZE, SQLULEN{rows.numbers.size()});
    for (std::size_t i = 0; i < times; ++i) statement.execute();
}

/// Megabytes in memory now.
double resident() {
    std::ifstream file{"/proc/self/statm"};
    double total = 0;
    double pages = 0;
    file >> total >> pages;
    return pages * 4096 / 1e6;
}

}  // namespace

void prepare_tables(const std::string& to, const std::string& blob_type) {
    Connection connection{to};
    Statement ddl{connection};
    const std::string many =
        "CREATE TABLE many(i INTEGER, r DOUBLE PRECISION, t20 TEXT, t100 TEXT,"
        " b16 " +
        blob_type + ")";
    for (const char* sql : {many.c_str(), create_points, create_inserts}) ddl.direct(sql);
    connection.autocommit(false);

    Statement fill{connection};
    Buffers buffers;
    constexpr SQLSMALLINT sql_types[] = {SQL_BIGINT, SQL_DOUBLE, SQL_VARCHAR, SQL_VARCHAR,
                                         SQL_VARBINARY};
    fill.prepare("INSERT INTO many VALUES (?, ?, ?, ?, ?)");
    fill.set(SQL_ATTR_PARAMSET_SIZE, SQLULEN{rowset});
    SQLUSMALLINT number = 0;
    for (const auto& column : buffers.all()) {
        ++number;
        fill.must(SQLBindParameter(fill.handle(), number, SQL_PARAM_INPUT, column.c_type,
                                   sql_types[number - 1], static_cast<SQLULEN>(column.size), 0,
                                   column.data, column.size, column.length));
    }
    for (std::size_t first = 0; first < sizes.rows; first += rowset) {
        for (std::size_t i = 0; i < rowset; ++i) {
            const auto id = first + i + 1;
            buffers.integers[i] = static_cast<std::int64_t>(id);
            buffers.reals[i] = static_cast<double>(id) * 0.5;
            std::snprintf(buffers.short_texts[i].data(), 21, "%020zu", id);
            std::snprintf(buffers.long_texts[i].data(), 101, "%0100zu", id);
            buffers.blobs[i].fill(static_cast<unsigned char>(id));
            const std::array<SQLLEN, columns> sizes{8, 8, 20, 100, 16};
            for (std::size_t c = 0; c < columns; ++c) buffers.lengths[c][i] = sizes[c];
        }
        fill.execute();
    }
    Statement point{connection};
    std::int64_t id = 0;
    SQLLEN length = SQL_NTS;
    point.prepare("INSERT INTO points VALUES (?, ?)");
    point.bind_integer(1, &id);
    point.bind_text(2, const_cast<char*>(insert_text), 0, &length);
    for (id = 1; id <= static_cast<std::int64_t>(sizes.points()); ++id) point.execute();
    connection.commit();
}

void fetch_blocks(const std::string& to, Figures& figures) {
    const Connection connection{to};
    add_rate(figures, "block", static_cast<double>(sizes.rows),
             measure([&] { read_blocks(connection); }), columns);
}

void fetch_cells(const std::string& to, Figures& figures) {
    const Connection connection{to};
    add_rate(figures, "getdata", static_cast<double>(sizes.rows),
             measure([&] { read_cells(connection); }), columns);
}

RoundTrip worker(const std::string& to, Work work) {
    switch (work) {
        case Work::select:
            return selecting(to);
        case Work::insert:
            return inserting(to);
        case Work::connect:
            return connecting(to);
    }
    return {};
}

void array(const std::string& to, bool in_transaction, Figures& figures) {
    Connection connection{to};
    if (in_transaction) connection.autocommit(false);
    Rows rows{in_transaction ? sizes.points() : sizes.array_rows};
    const std::size_t times = in_transaction ? 1 : arrays;
    add_rate(figures, "array", static_cast<double>(times * rows.numbers.size()), measure([&] {
                 insert(connection, rows, times);
                 if (in_transaction) connection.commit();
             }));
    if (in_transaction) return;
    Rows one{1};
    add_rate(figures, "single", static_cast<double>(sizes.single_rows),
             measure([&] { insert(connection, one, sizes.single_rows); }));
}

void memory(const std::string& to, Figures& figures) {
    const Connection connection{to};
    Statement statement{connection};
    std::array<char, 1001> text{};
    SQLLEN length = 0;
    statement.must(
        SQLBindCol(statement.handle(), 2, SQL_C_CHAR, text.data(), text.size(), &length));
    statement.direct(select_wide().c_str());
    const double before = resident();
    double highest = before;
    std::size_t total = 0;
    for (; statement.fetch(); ++total) {
        if (total % 10'000 == 0) highest = std::max(highest, resident());
    }
    expect_rows(total, sizes.wide_rows);
    figures["grown"] = highest - before;
}

}  // namespace dqlite::bench::odbc
