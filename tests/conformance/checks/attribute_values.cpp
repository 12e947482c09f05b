// Every attribute: what a fresh handle says, in its own width; what can be set is got back, is
// exchanged with 01S02, or is refused; what is no value of it is HY024.
#include <array>
#include <memory>

#include "tests/conformance/checks/attribute_table.h"
#include "tests/conformance/framework/odbc.h"

namespace conformance {
namespace {

/// A handle that has the attribute.
class Subject {
  public:
    /// `unconnected`: for setting what can only be set before connecting.
    Subject(const Target& target, const AttributeRow& row, bool unconnected)
        : target_{target}, row_{row} {
        if (row.of == AttributeOf::environment) {
            environment_ = std::make_unique<Environment>();
        } else if (row.of == AttributeOf::before_connect && unconnected) {
            environment_ = std::make_unique<Environment>();
            connection_ = std::make_unique<Connection>(*environment_);
        } else {
            session_ = std::make_unique<Session>(target);
            if (row.of == AttributeOf::statement) {
                statement_ = std::make_unique<Statement>(*session_);
            }
        }
    }

    [[nodiscard]] Handle handle() const {
        if (statement_) return statement_->handle();
        if (session_) return session_->handle();
        return connection_ ? connection_->handle() : environment_->handle();
    }

    SQLRETURN get(SQLPOINTER value, SQLINTEGER size, SQLINTEGER* length) const {
        const auto [type, raw] = handle();
        if (type == SQL_HANDLE_STMT) return SQLGetStmtAttr(raw, row_.id, value, size, length);
        if (type == SQL_HANDLE_DBC) return SQLGetConnectAttr(raw, row_.id, value, size, length);
        return SQLGetEnvAttr(raw, row_.id, value, size, length);
    }

    SQLRETURN set(std::uint64_t value) const {
        const auto [type, raw] = handle();
        const auto argument = reinterpret_cast<SQLPOINTER>(value);
        constexpr SQLINTEGER length = SQL_IS_UINTEGER;
        if (type == SQL_HANDLE_STMT) return SQLSetStmtAttr(raw, row_.id, argument, length);
        if (type == SQL_HANDLE_DBC) return SQLSetConnectAttr(raw, row_.id, argument, length);
        return SQLSetEnvAttr(raw, row_.id, argument, length);
    }

    void connect() const {
        if (connection_) handle().ok(connection_->connect(target_.connection), "connecting");
    }

    /// The attribute's value; ends the check where the driver does not have it.
    std::uint64_t value() const {
        std::uint64_t value = 0;
        SQLINTEGER length = 0;
        const auto r = get(&value, sizeof value, &length);
        if (r == SQL_NO_DATA) refuse("SQL_NO_DATA: nothing set");
        if (r == SQL_ERROR) handle().refuses(r, "HYC00", "getting it");
        handle().ok(r, "getting it");
        return value;
    }

  private:
    const Target& target_;
    const AttributeRow& row_;
    std::unique_ptr<Environment> environment_;
    std::unique_ptr<Connection> connection_;
    std::unique_ptr<Session> session_;
    std::unique_ptr<Statement> statement_;
};

std::size_t width(const AttributeRow& row) {
    return row.shape == AttributeShape::integer ? sizeof(SQLUINTEGER) : sizeof(SQLULEN);
}

/// A text: its length in bytes, and its NUL.
void get_words(const Subject& subject) {
    std::array<char, 512> value;
    value.fill('x');
    SQLINTEGER length = -1;
    const auto r = subject.get(value.data(), value.size(), &length);
    if (r == SQL_ERROR) subject.handle().refuses(r, "HYC00", "getting it");
    if (r == SQL_NO_DATA) refuse("SQL_NO_DATA: nothing set");
    subject.handle().ok(r, "getting it");
    const std::string_view all{value.data(), value.size()};
    expect_equal(length, static_cast<SQLLEN>(all.find('\0')), "length told");
}

/// Bytes past the value's own stay as they were.
void get(const Target& target, const AttributeRow& row) {
    const Subject subject{target, row, false};
    if (row.shape == AttributeShape::words) return get_words(subject);
    const auto first = subject.value();
    constexpr unsigned char canary = 0xA5;
    std::array<unsigned char, 64> buffer;
    buffer.fill(canary);
    subject.handle().ok(subject.get(buffer.data(), sizeof(SQLULEN), nullptr), "getting it again");
    for (std::size_t i = width(row); i < buffer.size(); ++i) {
        expect(buffer[i] == canary, "byte " + std::to_string(i) + " was written to");
    }
    if (row.initial) {
        expect_equal(static_cast<std::int64_t>(first), static_cast<std::int64_t>(*row.initial),
                     "a fresh handle's value");
    }
    if (row.shape == AttributeShape::descriptor) expect(first != 0, "no descriptor");
}

void set(const Target& target, const AttributeRow& row, std::uint64_t value) {
    const Subject subject{target, row, true};
    const auto r = subject.set(value);
    if (r == SQL_ERROR) subject.handle().refuses(r, "HYC00", "setting it");
    subject.handle().ok(r, "setting it");
    const auto state = r == SQL_SUCCESS_WITH_INFO ? subject.handle().state() : std::string{};
    subject.connect();
    std::uint64_t now = 0;
    subject.handle().ok(subject.get(&now, sizeof now, nullptr), "getting it");
    if (state == "01S02") {
        expect(now != value, "01S02, and yet it has the value");
        refuse("01S02: " + std::to_string(now));
    }
    expect_equal(static_cast<std::int64_t>(now), static_cast<std::int64_t>(value),
                 "got after it was set");
}

void set_pointer(const Target& target, const AttributeRow& row) {
    static std::array<SQLULEN, 4> pointed{};
    set(target, row, reinterpret_cast<std::uintptr_t>(pointed.data()));
}

void set_illegal(const Target& target, const AttributeRow& row) {
    const Subject subject{target, row, true};
    const auto r = subject.set(*row.illegal);
    if (r == SQL_ERROR && subject.handle().state() == "HYC00") {
        subject.handle().refuses(r, "HYC00", "a value that it does not have");
    }
    subject.handle().fails(r, "HY024", "a value that it does not have");
}

void set_read_only(const Target& target, const AttributeRow& row) {
    const Subject subject{target, row, true};
    subject.handle().fails(subject.set(1), "HY092", "setting it");
}

/// An application's own descriptor takes the place of the automatic one; implicit ones stay.
void set_descriptor(const Target& target, const AttributeRow& row) {
    const Session session{target};
    const Statement statement{session};
    const bool implicit = row.id == SQL_ATTR_IMP_ROW_DESC || row.id == SQL_ATTR_IMP_PARAM_DESC;
    SQLHDESC own = SQL_NULL_HDESC;
    session.handle().ok(SQLAllocHandle(SQL_HANDLE_DESC, session.raw(), &own),
                        "SQLAllocHandle of a descriptor");
    const auto r = SQLSetStmtAttr(statement.raw(), row.id, own, SQL_IS_POINTER);
    if (implicit) return statement.handle().fails(r, "HY017 HY092", "setting it");
    statement.handle().ok(r, "setting it");
    expect(statement.descriptor(row.id).raw == own, "another descriptor was got");
    SQLFreeHandle(SQL_HANDLE_DESC, own);
    expect(statement.descriptor(row.id).raw != own, "the freed descriptor is still there");
}

std::vector<Check> checks_of(const AttributeRow& row) {
    const std::string name = row.name;
    std::vector<Check> checks;
    const std::string of = row.of == AttributeOf::environment ? "env."
                           : row.of == AttributeOf::statement ? "stmt."
                                                              : "dbc.";
    const auto add = [&](const std::string& id, const char* text, auto run) {
        checks.push_back({of + name + id, text, run});
    };
    add(".get", "a fresh handle's value, in its width", [&](const Target& t) { get(t, row); });
    for (std::size_t i = 0; i < row.values; ++i) {
        const auto value = row.settable[i];
        add(".set=" + std::to_string(value), "set and got, 01S02, or refused",
            [&row, value](const Target& t) { set(t, row, value); });
    }
    if (row.shape == AttributeShape::pointer) {
        add(".set", "a pointer is kept", [&](const Target& t) { set_pointer(t, row); });
    }
    if (row.shape == AttributeShape::descriptor) {
        add(".set", "explicit descriptors in and out, implicit ones stay",
            [&](const Target& t) { set_descriptor(t, row); });
    }
    if (row.illegal) {
        add(".illegal", "no value of it: HY024", [&](const Target& t) { set_illegal(t, row); });
    }
    if (row.read_only) {
        add(".read-only", "not to be set: HY092", [&](const Target& t) { set_read_only(t, row); });
    }
    return checks;
}

void unknown_statement_attribute(const Target& target) {
    const Session session{target};
    const Statement statement{session};
    statement.handle().fails(statement.try_set(54321, 0), "HY092", "setting attribute 54321");
    SQLULEN value = 0;
    statement.handle().fails(SQLGetStmtAttr(statement.raw(), 54321, &value, 0, nullptr), "HY092",
                             "getting attribute 54321");
}

void unknown_connection_attribute(const Target& target) {
    const Session session{target};
    SQLULEN value = 0;
    session.handle().fails(SQLGetConnectAttr(session.raw(), 54321, &value, 0, nullptr), "HY092",
                           "getting attribute 54321");
    session.handle().fails(SQLSetConnectAttr(session.raw(), 54321, nullptr, 0), "HY092",
                           "setting attribute 54321");
}

std::vector<Check> all() {
    std::vector<Check> checks{
        {"stmt.unknown", "a statement attribute nobody defines is HY092",
         unknown_statement_attribute},
        {"dbc.unknown", "a connection attribute nobody defines is HY092",
         unknown_connection_attribute},
    };
    for (const auto& row : attribute_rows()) {
        for (auto& check : checks_of(row)) checks.push_back(std::move(check));
    }
    return checks;
}

const Register checks{"attribute", all()};

}  // namespace
}  // namespace conformance
