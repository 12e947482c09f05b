// Descriptors: every field of the table on each of the four kinds, explicit descriptors shared and
// freed while in use, copies, and the states the functions' pages name.
#include <array>

#include "driver/tables/descriptor_fields.h"
#include "tests/driver/live/fixture.h"

namespace dqlite::test {
namespace {

using odbc::DescriptorField;
using odbc::DescriptorKind;
using odbc::FieldAccess;
using odbc::FieldType;

constexpr std::array kinds{DescriptorKind::ard, DescriptorKind::apd, DescriptorKind::ird,
                           DescriptorKind::ipd};

SQLINTEGER attribute_of(DescriptorKind kind) {
    constexpr std::array<SQLINTEGER, 4> ids{SQL_ATTR_APP_ROW_DESC, SQL_ATTR_APP_PARAM_DESC,
                                            SQL_ATTR_IMP_ROW_DESC, SQL_ATTR_IMP_PARAM_DESC};
    return ids[static_cast<std::size_t>(kind)];
}

SQLHDESC descriptor_of(const OdbcStatement& statement, DescriptorKind kind) {
    SQLHDESC handle = SQL_NULL_HDESC;
    EXPECT_EQ(SQLGetStmtAttr(statement.handle(), attribute_of(kind), &handle, 0, nullptr),
              SQL_SUCCESS);
    return handle;
}

std::string state_of(SQLHDESC descriptor) {
    const auto records = diagnostics(SQL_HANDLE_DESC, descriptor);
    return records.empty() ? std::string{} : records.front().state;
}

SQLPOINTER pointer(std::intptr_t value) {
    return reinterpret_cast<SQLPOINTER>(value);
}

class ExplicitDescriptor {
  public:
    explicit ExplicitDescriptor(const OdbcConnection& connection) {
        EXPECT_EQ(SQLAllocHandle(SQL_HANDLE_DESC, connection.handle(), &handle_), SQL_SUCCESS);
    }
    ~ExplicitDescriptor() { free(); }
    ExplicitDescriptor(const ExplicitDescriptor&) = delete;
    ExplicitDescriptor& operator=(const ExplicitDescriptor&) = delete;
    void free() {
        if (handle_ == SQL_NULL_HDESC) return;
        EXPECT_EQ(SQLFreeHandle(SQL_HANDLE_DESC, handle_), SQL_SUCCESS);
        handle_ = SQL_NULL_HDESC;
    }
    [[nodiscard]] SQLHDESC handle() const { return handle_; }

  private:
    SQLHDESC handle_ = SQL_NULL_HDESC;
};

class Descriptors : public OnOneNode {
  protected:
    void SetUp() override {
        OnOneNode::SetUp();
        run("CREATE TABLE t (id INTEGER PRIMARY KEY, v VARCHAR(40))");
        run("INSERT INTO t VALUES (1, 'one'), (2, 'two')");
    }
    void bind_column(SQLHDESC ard, SQLSMALLINT number, SQLSMALLINT type, void* data,
                     SQLLEN octets) {
        ASSERT_EQ(SQLSetDescField(ard, number, SQL_DESC_CONCISE_TYPE, pointer(type), 0),
                  SQL_SUCCESS);
        ASSERT_EQ(SQLSetDescField(ard, number, SQL_DESC_OCTET_LENGTH, pointer(octets), 0),
                  SQL_SUCCESS);
        ASSERT_EQ(SQLSetDescField(ard, number, SQL_DESC_DATA_PTR, data, 0), SQL_SUCCESS)
            << state_of(ard);
    }
};
DQLITE_ON_EACH_GENERATION(Descriptors);

// ----------------------------------------------------------------------------------- every field

/// A value the field may have, that is not its default.
SQLPOINTER good_value(const DescriptorField& field, void* somewhere) {
    switch (field.id) {
        case SQL_DESC_TYPE:
        case SQL_DESC_CONCISE_TYPE:
            return pointer(SQL_CHAR);
        case SQL_DESC_PARAMETER_TYPE:
            return pointer(SQL_PARAM_INPUT);
        case SQL_DESC_UNNAMED:
            return pointer(SQL_UNNAMED);
        default:
            if (field.type == FieldType::text) return const_cast<char*>("a name");
            return field.type == FieldType::pointer ? somewhere : pointer(3);
    }
}

TEST_P(Descriptors, EveryFieldIsReadWhereItIs) {
    OdbcStatement statement{connection()};
    ASSERT_EQ(statement.prepare("SELECT id, v FROM t WHERE id = ?"), SQL_SUCCESS);
    std::int64_t id = 1;
    ASSERT_EQ(SQLBindParameter(statement.handle(), 1, SQL_PARAM_INPUT, SQL_C_SBIGINT, SQL_BIGINT, 0,
                               0, &id, 0, nullptr),
              SQL_SUCCESS);
    ASSERT_EQ(SQLBindCol(statement.handle(), 1, SQL_C_SBIGINT, &id, 0, nullptr), SQL_SUCCESS);
    for (const auto kind : kinds) {
        const auto descriptor = descriptor_of(statement, kind);
        for (const auto& field : odbc::descriptor_fields()) {
            SCOPED_TRACE(std::string{field.name} + " of kind " +
                         std::to_string(static_cast<int>(kind)));
            std::array<unsigned char, 512> buffer;
            buffer.fill(0xA5);
            SQLINTEGER length = -1;
            const auto result =
                SQLGetDescField(descriptor, 1, field.id, buffer.data(), buffer.size(), &length);
            if (field.access[static_cast<std::size_t>(kind)] == FieldAccess::unused) {
                EXPECT_EQ(result, SQL_ERROR);
                EXPECT_EQ(state_of(descriptor), "HY091");
                EXPECT_EQ(buffer[0], 0xA5);
            } else {
                EXPECT_EQ(result, SQL_SUCCESS) << state_of(descriptor);
                const std::size_t width = field.type == FieldType::i16   ? 2
                                          : field.type == FieldType::i32 ? 4
                                          : field.type == FieldType::u32 ? 4
                                                                         : 8;
                if (field.type != FieldType::text) {
                    EXPECT_EQ(buffer[width], 0xA5) << "wider than the field is";
                }
            }
        }
    }
}

TEST_P(Descriptors, EveryFieldIsSetWhereItMayBe) {
    std::array<SQLLEN, 8> somewhere{};
    for (const auto kind : kinds) {
        for (const auto& field : odbc::descriptor_fields()) {
            SCOPED_TRACE(std::string{field.name} + " of kind " +
                         std::to_string(static_cast<int>(kind)));
            OdbcStatement statement{connection()};
            ASSERT_EQ(statement.prepare("SELECT id, v FROM t WHERE id = ?"), SQL_SUCCESS);
            const auto descriptor = descriptor_of(statement, kind);
            const bool application = kind == DescriptorKind::ard || kind == DescriptorKind::apd;
            if (field.id == SQL_DESC_DATA_PTR && kind != DescriptorKind::ird) {
                ASSERT_EQ(
                    SQLSetDescField(descriptor, 1, SQL_DESC_CONCISE_TYPE, pointer(SQL_CHAR), 0),
                    SQL_SUCCESS);
            }
            const auto value = good_value(field, somewhere.data());
            const auto result =
                SQLSetDescField(descriptor, field.header ? SQLSMALLINT{0} : SQLSMALLINT{1},
                                field.id, value, SQL_NTS);
            if (field.access[static_cast<std::size_t>(kind)] != FieldAccess::read_write) {
                EXPECT_EQ(result, SQL_ERROR);
                EXPECT_EQ(state_of(descriptor), kind == DescriptorKind::ird ? "HY016" : "HY091");
                continue;
            }
            ASSERT_EQ(result, SQL_SUCCESS) << state_of(descriptor);
            if (field.type == FieldType::text) continue;
            // An IPD's data pointer only asks for the consistency check.
            if (field.id == SQL_DESC_DATA_PTR && !application) continue;
            std::intptr_t read = 0;
            ASSERT_EQ(SQLGetDescField(descriptor, 1, field.id, &read, sizeof read, nullptr),
                      SQL_SUCCESS);
            EXPECT_EQ(pointer(read), value);
            // The array pointers go back before anything would write through them.
            if (field.type == FieldType::pointer && field.header) {
                EXPECT_EQ(SQLSetDescField(descriptor, 0, field.id, nullptr, 0), SQL_SUCCESS);
            }
        }
    }
}

TEST_P(Descriptors, ARecordFieldThatChangesUnbindsTheColumn) {
    OdbcStatement statement{connection()};
    const auto ard = descriptor_of(statement, DescriptorKind::ard);
    std::int64_t id = 0;
    bind_column(ard, 1, SQL_C_SBIGINT, &id, sizeof id);
    SQLPOINTER bound = nullptr;
    ASSERT_EQ(SQLGetDescField(ard, 1, SQL_DESC_DATA_PTR, &bound, 0, nullptr), SQL_SUCCESS);
    EXPECT_EQ(bound, &id);
    ASSERT_EQ(SQLSetDescField(ard, 1, SQL_DESC_OCTET_LENGTH, pointer(4), 0), SQL_SUCCESS);
    ASSERT_EQ(SQLGetDescField(ard, 1, SQL_DESC_DATA_PTR, &bound, 0, nullptr), SQL_SUCCESS);
    EXPECT_EQ(bound, nullptr);
}

TEST_P(Descriptors, FieldsThatDoNotFitTogetherAreRefused) {
    OdbcStatement statement{connection()};
    const auto ard = descriptor_of(statement, DescriptorKind::ard);
    char data[64] = {};
    EXPECT_EQ(SQLSetDescRec(ard, 1, SQL_C_NUMERIC, 0, sizeof data, 99, 2, data, nullptr, nullptr),
              SQL_ERROR);
    EXPECT_EQ(state_of(ard), "HY021");
    EXPECT_EQ(SQLSetDescRec(ard, 1, SQL_C_NUMERIC, 0, sizeof data, 5, 9, data, nullptr, nullptr),
              SQL_ERROR);
    EXPECT_EQ(state_of(ard), "HY021");
    EXPECT_EQ(SQLSetDescRec(ard, 1, SQL_DATETIME, 77, sizeof data, 0, 0, data, nullptr, nullptr),
              SQL_ERROR);
    EXPECT_EQ(state_of(ard), "HY021");
    EXPECT_EQ(SQLSetDescRec(ard, 1, SQL_C_NUMERIC, 0, sizeof data, 5, 2, data, nullptr, nullptr),
              SQL_SUCCESS);
}

TEST_P(Descriptors, AnIpdChecksItselfByAPointerAndKeepsNone) {
    OdbcStatement statement{connection()};
    SQLHDESC ipd = SQL_NULL_HDESC;
    ASSERT_EQ(
        SQLGetStmtAttr(statement.handle(), SQL_ATTR_IMP_PARAM_DESC, &ipd, SQL_IS_POINTER, nullptr),
        SQL_SUCCESS);
    const auto set = [&](SQLSMALLINT field, SQLLEN value) {
        return SQLSetDescField(ipd, 1, field, reinterpret_cast<SQLPOINTER>(value), 0);
    };
    int anything = 0;
    const auto pointed_to = [&] {
        SQLPOINTER pointer = &anything;
        EXPECT_EQ(SQLGetDescField(ipd, 1, SQL_DESC_DATA_PTR, &pointer, SQL_IS_POINTER, nullptr),
                  SQL_SUCCESS);
        return pointer;
    };
    ASSERT_EQ(set(SQL_DESC_CONCISE_TYPE, SQL_DECIMAL), SQL_SUCCESS);
    ASSERT_EQ(set(SQL_DESC_PRECISION, 5), SQL_SUCCESS);
    ASSERT_EQ(set(SQL_DESC_SCALE, 2), SQL_SUCCESS);
    EXPECT_EQ(SQLSetDescField(ipd, 1, SQL_DESC_DATA_PTR, &anything, SQL_IS_POINTER), SQL_SUCCESS);
    EXPECT_EQ(pointed_to(), nullptr);
    ASSERT_EQ(set(SQL_DESC_SCALE, 9), SQL_SUCCESS);
    EXPECT_EQ(SQLSetDescField(ipd, 1, SQL_DESC_DATA_PTR, &anything, SQL_IS_POINTER), SQL_ERROR);
    EXPECT_EQ(diagnostics(SQL_HANDLE_DESC, ipd)[0].state, "HY021");
    SQLLEN length = 0;
    ASSERT_EQ(SQLSetDescRec(ipd, 1, SQL_DECIMAL, 0, 0, 5, 2, &anything, &length, &length),
              SQL_SUCCESS);
    EXPECT_EQ(pointed_to(), nullptr);
}

TEST_P(Descriptors, RecordsThatAreNot) {
    OdbcStatement statement{connection()};
    const auto ard = descriptor_of(statement, DescriptorKind::ard);
    SQLSMALLINT value = 0;
    EXPECT_EQ(SQLGetDescField(ard, 5, SQL_DESC_TYPE, &value, 0, nullptr), SQL_NO_DATA);
    EXPECT_EQ(SQLGetDescRec(ard, 5, nullptr, 0, nullptr, nullptr, nullptr, nullptr, nullptr,
                            nullptr, nullptr),
              SQL_NO_DATA);
    EXPECT_EQ(SQLSetDescField(ard, -1, SQL_DESC_TYPE, pointer(SQL_C_CHAR), 0), SQL_ERROR);
    EXPECT_EQ(state_of(ard), "07009");
    EXPECT_EQ(SQLSetDescField(ard, 0, SQL_DESC_COUNT, pointer(-1), 0), SQL_ERROR);
    EXPECT_EQ(state_of(ard), "07009");
    const auto ird = descriptor_of(statement, DescriptorKind::ird);
    EXPECT_EQ(SQLGetDescField(ird, 1, SQL_DESC_TYPE, &value, 0, nullptr), SQL_ERROR);
    EXPECT_EQ(state_of(ird), "HY007");
}

// --------------------------------------------------------------------------- explicit descriptors

TEST_P(Descriptors, OneArdForTwoStatements) {
    const ExplicitDescriptor shared{connection()};
    std::int64_t id = 0;
    std::array<char, 41> text{};
    bind_column(shared.handle(), 1, SQL_C_SBIGINT, &id, sizeof id);
    bind_column(shared.handle(), 2, SQL_C_CHAR, text.data(), text.size());
    OdbcStatement first{connection()};
    OdbcStatement second{connection()};
    for (OdbcStatement* const statement : {&first, &second}) {
        ASSERT_EQ(statement->set(SQL_ATTR_APP_ROW_DESC, shared.handle()), SQL_SUCCESS)
            << statement->message();
        EXPECT_EQ(descriptor_of(*statement, DescriptorKind::ard), shared.handle());
    }
    ASSERT_EQ(first.direct("SELECT id, v FROM t ORDER BY id"), SQL_SUCCESS);
    ASSERT_EQ(second.direct("SELECT id, v FROM t ORDER BY id DESC"), SQL_SUCCESS);
    ASSERT_EQ(first.fetch(), SQL_SUCCESS);
    EXPECT_EQ(id, 1);
    EXPECT_STREQ(text.data(), "one");
    ASSERT_EQ(second.fetch(), SQL_SUCCESS);
    EXPECT_EQ(id, 2);
    EXPECT_STREQ(text.data(), "two");
    // What one statement binds, the other has.
    std::int64_t elsewhere = 0;
    ASSERT_EQ(SQLBindCol(first.handle(), 1, SQL_C_SBIGINT, &elsewhere, 0, nullptr), SQL_SUCCESS);
    ASSERT_EQ(second.fetch(), SQL_SUCCESS);
    EXPECT_EQ(elsewhere, 1);
}

TEST_P(Descriptors, OneApdForTwoStatements) {
    const ExplicitDescriptor shared{connection()};
    std::int64_t id = 2;
    bind_column(shared.handle(), 1, SQL_C_SBIGINT, &id, sizeof id);
    for (const char* const sql : {"SELECT v FROM t WHERE id = ?", "SELECT ? + 1"}) {
        OdbcStatement statement{connection()};
        ASSERT_EQ(statement.set(SQL_ATTR_APP_PARAM_DESC, shared.handle()), SQL_SUCCESS);
        ASSERT_EQ(statement.direct(sql), SQL_SUCCESS) << statement.message();
        ASSERT_EQ(statement.fetch(), SQL_SUCCESS);
        EXPECT_EQ(statement.text(1), sql[7] == 'v' ? "two" : "3");
    }
}

TEST_P(Descriptors, FreedWhileInUseTheStatementHasItsOwnAgain) {
    OdbcStatement statement{connection()};
    const auto own = descriptor_of(statement, DescriptorKind::ard);
    std::int64_t mine = 0;
    ASSERT_EQ(SQLBindCol(statement.handle(), 1, SQL_C_SBIGINT, &mine, 0, nullptr), SQL_SUCCESS);
    ExplicitDescriptor other{connection()};
    std::int64_t theirs = 0;
    bind_column(other.handle(), 1, SQL_C_SBIGINT, &theirs, sizeof theirs);
    ASSERT_EQ(statement.set(SQL_ATTR_APP_ROW_DESC, other.handle()), SQL_SUCCESS);
    ASSERT_EQ(statement.direct("SELECT id FROM t ORDER BY id"), SQL_SUCCESS);
    ASSERT_EQ(statement.fetch(), SQL_SUCCESS);
    EXPECT_EQ(theirs, 1);
    EXPECT_EQ(mine, 0);
    other.free();
    EXPECT_EQ(descriptor_of(statement, DescriptorKind::ard), own);
    ASSERT_EQ(statement.fetch(), SQL_SUCCESS);
    EXPECT_EQ(mine, 2);
    EXPECT_EQ(theirs, 1);
}

TEST_P(Descriptors, NullHandsTheOwnOneBack) {
    OdbcStatement statement{connection()};
    std::int64_t mine = 0;
    ASSERT_EQ(SQLBindCol(statement.handle(), 1, SQL_C_SBIGINT, &mine, 0, nullptr), SQL_SUCCESS);
    const ExplicitDescriptor other{connection()};
    ASSERT_EQ(statement.set(SQL_ATTR_APP_ROW_DESC, other.handle()), SQL_SUCCESS);
    ASSERT_EQ(statement.set(SQL_ATTR_APP_ROW_DESC, static_cast<void*>(SQL_NULL_HDESC)),
              SQL_SUCCESS);
    ASSERT_EQ(statement.direct("SELECT 5"), SQL_SUCCESS);
    ASSERT_EQ(statement.fetch(), SQL_SUCCESS);
    EXPECT_EQ(mine, 5);
}

TEST_P(Descriptors, AutomaticOnesAreNotHandedAroundNorFreed) {
    OdbcStatement statement{connection()};
    OdbcStatement other{connection()};
    EXPECT_EQ(statement.set(SQL_ATTR_APP_ROW_DESC, descriptor_of(other, DescriptorKind::ard)),
              SQL_ERROR);
    EXPECT_EQ(statement.state(), "HY017");
    EXPECT_EQ(statement.set(SQL_ATTR_IMP_ROW_DESC, descriptor_of(other, DescriptorKind::ird)),
              SQL_ERROR);
    EXPECT_EQ(statement.state(), "HY017");
    EXPECT_EQ(SQLFreeHandle(SQL_HANDLE_DESC, descriptor_of(statement, DescriptorKind::ard)),
              SQL_ERROR);
    EXPECT_EQ(state_of(descriptor_of(statement, DescriptorKind::ard)), "HY017");
}

// ----------------------------------------------------------------------------------------- copies

TEST_P(Descriptors, ACopyBindsTheSame) {
    OdbcStatement source{connection()};
    std::int64_t id = 0;
    ASSERT_EQ(SQLBindCol(source.handle(), 1, SQL_C_SBIGINT, &id, 0, nullptr), SQL_SUCCESS);
    OdbcStatement target{connection()};
    ASSERT_EQ(SQLCopyDesc(descriptor_of(source, DescriptorKind::ard),
                          descriptor_of(target, DescriptorKind::ard)),
              SQL_SUCCESS);
    ASSERT_EQ(target.direct("SELECT 42"), SQL_SUCCESS);
    ASSERT_EQ(target.fetch(), SQL_SUCCESS);
    EXPECT_EQ(id, 42);
}

TEST_P(Descriptors, AnIrdIsCopiedFromAndNotTo) {
    OdbcStatement source{connection()};
    const ExplicitDescriptor target{connection()};
    const auto ird = descriptor_of(source, DescriptorKind::ird);
    EXPECT_EQ(SQLCopyDesc(ird, target.handle()), SQL_ERROR);
    EXPECT_EQ(state_of(target.handle()), "HY007");
    ASSERT_EQ(source.direct("SELECT id, v FROM t"), SQL_SUCCESS);
    ASSERT_EQ(SQLCopyDesc(ird, target.handle()), SQL_SUCCESS) << state_of(target.handle());
    SQLSMALLINT value = 0;
    ASSERT_EQ(SQLGetDescField(target.handle(), 0, SQL_DESC_COUNT, &value, 0, nullptr), SQL_SUCCESS);
    EXPECT_EQ(value, 2);
    ASSERT_EQ(SQLGetDescField(target.handle(), 1, SQL_DESC_CONCISE_TYPE, &value, 0, nullptr),
              SQL_SUCCESS);
    EXPECT_EQ(value, SQL_BIGINT);
    EXPECT_EQ(SQLCopyDesc(target.handle(), ird), SQL_ERROR);
    EXPECT_EQ(state_of(ird), "HY016");
}

TEST_P(Descriptors, ACopyGoesToAnotherConnection) {
    const OdbcConnection elsewhere{connection_string(node().address())};
    OdbcStatement source{connection()};
    OdbcStatement target{elsewhere};
    std::int64_t id = 0;
    ASSERT_EQ(SQLBindCol(source.handle(), 1, SQL_C_SBIGINT, &id, 0, nullptr), SQL_SUCCESS);
    ASSERT_EQ(SQLCopyDesc(descriptor_of(source, DescriptorKind::ard),
                          descriptor_of(target, DescriptorKind::ard)),
              SQL_SUCCESS);
    ASSERT_EQ(target.direct("SELECT 7"), SQL_SUCCESS);
    ASSERT_EQ(target.fetch(), SQL_SUCCESS);
    EXPECT_EQ(id, 7);
}

}  // namespace
}  // namespace dqlite::test
