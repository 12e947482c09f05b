// Core: what is told of result columns, before and after execution.
#include <array>
#include <vector>

#include "tests/conformance/framework/odbc.h"

namespace conformance {
namespace {

constexpr const char* typed_columns =
    "id INTEGER PRIMARY KEY, name VARCHAR(20) NOT NULL, price DECIMAL(10,2), weight {real}, "
    "data {blob}, day DATE, moment TIMESTAMP, small SMALLINT, big BIGINT";
constexpr const char* all_columns =
    "SELECT id, name, price, weight, data, day, moment, small, big "
    "FROM cc_typed";

void number_of_columns(const Target& target) {
    const Session session{target};
    const Table table{session, "cc_typed", typed_columns};
    const Statement statement{session};
    statement.prepare(all_columns);
    expect_equal(statement.columns(), 9, "columns of a prepared SELECT");
    statement.execute();
    expect_equal(statement.columns(), 9, "columns of an executed SELECT");
    statement.close();
    statement.prepare("DELETE FROM cc_typed");
    expect_equal(statement.columns(), 0, "columns of a DELETE");
}

struct Described {
    std::string name;
    SQLSMALLINT type = 0;
    SQLULEN size = 0;
    SQLSMALLINT digits = 0;
    SQLSMALLINT nullable = 0;
    friend bool operator==(const Described&, const Described&) = default;
};

Described describe(const Statement& statement, SQLUSMALLINT column) {
    Described found;
    std::array<SQLCHAR, 64> name{};
    SQLSMALLINT length = 0;
    statement.handle().ok(SQLDescribeCol(statement.raw(), column, name.data(), name.size(), &length,
                                         &found.type, &found.size, &found.digits, &found.nullable),
                          "SQLDescribeCol");
    found.name = reinterpret_cast<const char*>(name.data());
    expect_equal(length, static_cast<SQLLEN>(found.name.size()), "length of the name");
    return found;
}

void same_before_and_after(const Target& target) {
    const Session session{target};
    const Table table{session, "cc_typed", typed_columns};
    const Statement statement{session};
    statement.prepare(all_columns);
    std::array<Described, 9> before;
    for (SQLUSMALLINT i = 1; i <= before.size(); ++i) before[i - 1U] = describe(statement, i);
    statement.execute();
    for (SQLUSMALLINT i = 1; i <= before.size(); ++i) {
        const auto after = describe(statement, i);
        expect(after == before[i - 1U], "column " + after.name + " is told otherwise afterwards");
    }
}

void declared_types(const Target& target) {
    const Session session{target};
    const Table table{session, "cc_typed", typed_columns};
    const Statement statement{session};
    statement.prepare(all_columns);
    const auto type = [&](SQLUSMALLINT column, std::initializer_list<SQLSMALLINT> allowed) {
        const auto got = describe(statement, column);
        for (const auto one : allowed) {
            if (one == got.type) return;
        }
        fail("type of " + got.name + ": " + std::to_string(got.type));
    };
    type(1, {SQL_INTEGER, SQL_BIGINT});
    type(2, {SQL_VARCHAR, SQL_WVARCHAR});
    type(3, {SQL_DECIMAL, SQL_NUMERIC});
    type(4, {SQL_DOUBLE, SQL_FLOAT});
    type(5, {SQL_LONGVARBINARY, SQL_VARBINARY, SQL_BINARY});
    type(6, {SQL_TYPE_DATE});
    type(7, {SQL_TYPE_TIMESTAMP});
    type(8, {SQL_SMALLINT});
    type(9, {SQL_BIGINT});
}

void declared_sizes(const Target& target) {
    const Session session{target};
    const Table table{session, "cc_typed", typed_columns};
    const Statement statement{session};
    statement.prepare(all_columns);
    expect_equal(static_cast<SQLLEN>(describe(statement, 2).size), 20, "size of VARCHAR(20)");
    expect_equal(static_cast<SQLLEN>(describe(statement, 3).size), 10, "size of DECIMAL(10,2)");
    expect_equal(describe(statement, 3).digits, 2, "digits of DECIMAL(10,2)");
    expect_equal(static_cast<SQLLEN>(describe(statement, 6).size), 10, "size of DATE");
    expect(describe(statement, 7).size >= 19, "size of TIMESTAMP below 19");
    expect(describe(statement, 5).size > 0, "size 0 of a blob");
}

void nullability(const Target& target) {
    const Session session{target};
    const Table table{session, "cc_typed", typed_columns};
    const Statement statement{session};
    statement.prepare(all_columns);
    expect(describe(statement, 2).nullable != SQL_NULLABLE, "a NOT NULL column told as nullable");
    expect(describe(statement, 3).nullable != SQL_NO_NULLS, "a nullable column told as NOT NULL");
}

void unsized_text(const Target& target) {
    const Session session{target};
    const Statement statement{session};
    statement.direct("SELECT 'text of an expression' AS v");
    expect(describe(statement, 1).size >= 21, "a size below the value's own");
    statement.fetch();
    expect_equal(statement.value(1), "text of an expression", "the value");
}

/// What SQLColAttribute says of `name`, a VARCHAR(20) NOT NULL of a table, and of `id`.
struct FieldCheck {
    const char* name;
    SQLUSMALLINT field;
    SQLUSMALLINT column;
    std::vector<SQLLEN> allowed;  ///< its own: the array behind an initializer_list may be gone
};

const std::array number_fields{
    FieldCheck{"SQL_DESC_AUTO_UNIQUE_VALUE", SQL_DESC_AUTO_UNIQUE_VALUE, 2, {SQL_FALSE}},
    FieldCheck{"SQL_DESC_CASE_SENSITIVE", SQL_DESC_CASE_SENSITIVE, 1, {SQL_FALSE}},
    FieldCheck{"SQL_DESC_CONCISE_TYPE", SQL_DESC_CONCISE_TYPE, 6, {SQL_TYPE_DATE}},
    FieldCheck{"SQL_DESC_TYPE", SQL_DESC_TYPE, 6, {SQL_DATETIME}},
    FieldCheck{"SQL_DESC_COUNT", SQL_DESC_COUNT, 1, {9}},
    FieldCheck{"SQL_DESC_DISPLAY_SIZE", SQL_DESC_DISPLAY_SIZE, 2, {20}},
    FieldCheck{"SQL_DESC_DISPLAY_SIZE.decimal", SQL_DESC_DISPLAY_SIZE, 3, {12}},
    FieldCheck{"SQL_DESC_DISPLAY_SIZE.date", SQL_DESC_DISPLAY_SIZE, 6, {10}},
    FieldCheck{"SQL_DESC_FIXED_PREC_SCALE", SQL_DESC_FIXED_PREC_SCALE, 1, {SQL_FALSE, SQL_TRUE}},
    FieldCheck{"SQL_DESC_LENGTH", SQL_DESC_LENGTH, 2, {20}},
    FieldCheck{"SQL_DESC_NULLABLE", SQL_DESC_NULLABLE, 3, {SQL_NULLABLE, SQL_NULLABLE_UNKNOWN}},
    FieldCheck{"SQL_DESC_NUM_PREC_RADIX", SQL_DESC_NUM_PREC_RADIX, 3, {10}},
    FieldCheck{"SQL_DESC_NUM_PREC_RADIX.text", SQL_DESC_NUM_PREC_RADIX, 2, {0}},
    FieldCheck{"SQL_DESC_OCTET_LENGTH", SQL_DESC_OCTET_LENGTH, 2, {20, 40, 60, 80}},
    FieldCheck{"SQL_DESC_PRECISION", SQL_DESC_PRECISION, 3, {10}},
    FieldCheck{"SQL_DESC_SCALE", SQL_DESC_SCALE, 3, {2}},
    FieldCheck{"SQL_DESC_SEARCHABLE",
               SQL_DESC_SEARCHABLE,
               2,
               {SQL_PRED_SEARCHABLE, SQL_PRED_CHAR, SQL_PRED_BASIC}},
    FieldCheck{"SQL_DESC_UNNAMED", SQL_DESC_UNNAMED, 2, {SQL_NAMED}},
    FieldCheck{"SQL_DESC_UNSIGNED", SQL_DESC_UNSIGNED, 1, {SQL_FALSE}},
    FieldCheck{"SQL_DESC_UNSIGNED.text", SQL_DESC_UNSIGNED, 2, {SQL_TRUE}},
    FieldCheck{"SQL_DESC_UPDATABLE",
               SQL_DESC_UPDATABLE,
               2,
               {SQL_ATTR_READONLY, SQL_ATTR_WRITE, SQL_ATTR_READWRITE_UNKNOWN}},
    FieldCheck{"SQL_COLUMN_LENGTH", SQL_COLUMN_LENGTH, 2, {20, 40, 60, 80}},
};

void number_field(const Target& target, const FieldCheck& check) {
    const Session session{target};
    const Table table{session, "cc_typed", typed_columns};
    const Statement statement{session};
    statement.prepare(all_columns);
    const auto got = statement.field(check.column, check.field);
    for (const auto one : check.allowed) {
        if (one == got) return;
    }
    fail("it is " + std::to_string(got));
}

struct TextField {
    const char* name;
    SQLUSMALLINT field;
    const char* wanted;  ///< null: something, "" is nothing; "?" anything
};

constexpr std::array text_fields{
    TextField{"SQL_DESC_NAME", SQL_DESC_NAME, "alias"},
    TextField{"SQL_DESC_LABEL", SQL_DESC_LABEL, "alias"},
    TextField{"SQL_DESC_BASE_COLUMN_NAME", SQL_DESC_BASE_COLUMN_NAME, "name"},
    TextField{"SQL_DESC_BASE_TABLE_NAME", SQL_DESC_BASE_TABLE_NAME, "cc_typed"},
    TextField{"SQL_DESC_TABLE_NAME", SQL_DESC_TABLE_NAME, nullptr},
    TextField{"SQL_DESC_SCHEMA_NAME", SQL_DESC_SCHEMA_NAME, "?"},
    TextField{"SQL_DESC_CATALOG_NAME", SQL_DESC_CATALOG_NAME, "?"},
    TextField{"SQL_DESC_LITERAL_PREFIX", SQL_DESC_LITERAL_PREFIX, "'"},
    TextField{"SQL_DESC_LITERAL_SUFFIX", SQL_DESC_LITERAL_SUFFIX, "'"},
    TextField{"SQL_DESC_LOCAL_TYPE_NAME", SQL_DESC_LOCAL_TYPE_NAME, "?"},
    TextField{"SQL_DESC_TYPE_NAME", SQL_DESC_TYPE_NAME, nullptr},
};

void text_field(const Target& target, const TextField& check) {
    const Session session{target};
    const Table table{session, "cc_typed", typed_columns};
    const Statement statement{session};
    statement.prepare("SELECT t.name AS alias FROM cc_typed t");
    const auto got = statement.field_text(1, check.field);
    if (check.wanted == nullptr) return expect(!got.empty(), "it is empty");
    if (std::string_view{check.wanted} != "?") expect_equal(got, check.wanted, "it");
}

void unknown_field(const Target& target) {
    const Session session{target};
    const Statement statement{session};
    statement.direct("SELECT 1");
    SQLLEN value = 0;
    statement.handle().fails(
        SQLColAttribute(statement.raw(), 1, 29999, nullptr, 0, nullptr, &value), "HY091",
        "field 29999");
}

void auto_increment(const Target& target) {
    const Session session{target};
    const Table table{session, "cc_identity", "id {identity}, name VARCHAR(20)"};
    const Statement statement{session};
    statement.prepare("SELECT id FROM cc_identity");
    expect_equal(statement.field(1, SQL_DESC_AUTO_UNIQUE_VALUE), SQL_TRUE,
                 "SQL_DESC_AUTO_UNIQUE_VALUE");
}

std::vector<Check> all() {
    std::vector<Check> checks{
        {"columns.count", "SQLNumResultCols before and after execution", number_of_columns},
        {"columns.stable", "SQLDescribeCol says the same before and after", same_before_and_after},
        {"columns.types", "declared types are told", declared_types},
        {"columns.sizes", "declared sizes, digits are told", declared_sizes},
        {"columns.nullable", "NOT NULL is told", nullability},
        {"columns.unsized", "an expression's text is not told too small", unsized_text},
        {"columns.identity", "a column that numbers itself", auto_increment},
        {"columns.unknown-field", "no field of SQLColAttribute", unknown_field},
    };
    for (const auto& row : number_fields) {
        checks.push_back({std::string{"col-attribute."} + row.name, "SQLColAttribute says it",
                          [&row](const Target& t) { number_field(t, row); }});
    }
    for (const auto& row : text_fields) {
        checks.push_back({std::string{"col-attribute."} + row.name, "SQLColAttribute says it",
                          [&row](const Target& t) { text_field(t, row); }});
    }
    return checks;
}

const Register checks{"core", all()};

}  // namespace
}  // namespace conformance
