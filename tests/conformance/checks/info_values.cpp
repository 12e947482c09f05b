// SQLGetInfo: each InfoType has an answer of its width, legal, and told whole or cut with 01004.
#include <algorithm>
#include <array>
#include <cctype>

#include "tests/conformance/checks/info_table.h"
#include "tests/conformance/framework/odbc.h"

namespace conformance {
namespace {

constexpr unsigned char canary = 0xA5;
using Buffer = std::array<unsigned char, 4096>;

/// How many bytes from the start were written to: those that differ after one of two fills.
struct Answer {
    std::size_t width = 0;
    std::uint64_t number = 0;
    std::string text;
    SQLSMALLINT length = 0;
};

SQLRETURN ask(const Session& session, const InfoRow& row, unsigned char fill, Buffer& buffer,
              SQLSMALLINT& length) {
    buffer.fill(fill);
    return SQLGetInfo(session.raw(), row.type, buffer.data(), sizeof buffer, &length);
}

Answer answer(const Session& session, const InfoRow& row) {
    Answer found;
    Buffer first;
    Buffer second;
    const auto r = ask(session, row, canary, first, found.length);
    const bool old_driver = session.info_text(SQL_DRIVER_ODBC_VER) < "03.80";
    if (r == SQL_ERROR && row.since_380 && (old_driver || row.type < SQL_DTC_TRANSITION_COST)) {
        // The question that asked for the version has cleared the records.
        session.handle().refuses(ask(session, row, canary, first, found.length), "HY096 HYC00",
                                 row.name);
    }
    session.handle().ok(ask(session, row, canary, first, found.length), row.name);
    session.handle().ok(
        ask(session, row, static_cast<unsigned char>(~canary), second, found.length), row.name);
    const auto untouched = [&](std::size_t i) {
        return first[i] == canary && second[i] == static_cast<unsigned char>(~canary);
    };
    found.width = first.size();
    while (found.width > 0 && untouched(found.width - 1)) --found.width;
    const auto end = std::find(first.begin(), first.end(), 0);
    found.text.assign(first.begin(), end);
    for (std::size_t i = std::min(found.width, sizeof found.number); i > 0; --i) {
        found.number = found.number << 8 | first[i - 1];
    }
    return found;
}

bool is_version(const std::string& text) {
    const auto digit = [&](std::size_t i) {
        return i < text.size() && std::isdigit(static_cast<unsigned char>(text[i])) != 0;
    };
    const bool short_form = digit(0) && digit(1) && text[2] == '.' && digit(3) && digit(4);
    if (text.size() <= 5) return short_form;
    return short_form && text[5] == '.' && digit(6) && digit(7) && digit(8) && digit(9);
}

bool is_of_the_manager(SQLUSMALLINT type) {
    constexpr std::array<SQLUSMALLINT, 4> managers{SQL_ODBC_VER, SQL_DM_VER, SQL_XOPEN_CLI_YEAR,
                                                   SQL_DATA_SOURCE_NAME};
    return std::ranges::find(managers, type) != managers.end();
}

void check_text(const Session& session, const InfoRow& row, const Answer& got) {
    expect_equal(got.length, static_cast<SQLLEN>(got.text.size()), "length told");
    expect_equal(static_cast<SQLLEN>(got.width), static_cast<SQLLEN>(got.text.size() + 1),
                 "bytes written");
    if (row.shape == InfoShape::yes_no) {
        expect(got.text == "Y" || got.text == "N", "'" + got.text + "' is neither Y nor N");
    }
    if (row.shape == InfoShape::version) {
        // SQL_DM_VER and its kin are what the manager makes of them.
        if (!is_of_the_manager(row.type)) expect(is_version(got.text), "version " + got.text);
        return;
    }
    if (got.text.size() < 2 || is_of_the_manager(row.type)) return;
    std::array<char, 2> small{};
    SQLSMALLINT length = 0;
    session.handle().warns(SQLGetInfo(session.raw(), row.type, small.data(), small.size(), &length),
                           "01004", "into a buffer of two bytes");
    expect_equal(length, got.length, "length told with 01004");
    expect(small[0] == got.text[0] && small[1] == 0, "a cut text without its NUL");
}

void check_number(const InfoRow& row, const Answer& got) {
    const bool narrow = row.shape == InfoShape::count16 || row.shape == InfoShape::one16;
    expect_equal(static_cast<SQLLEN>(got.width), narrow ? 2 : 4, "bytes written");
    const auto number = static_cast<std::uint32_t>(got.number);
    const auto* const end = row.legal.begin() + row.values;
    if (row.shape == InfoShape::one16 || row.shape == InfoShape::one32) {
        expect(std::find(row.legal.begin(), end, number) != end,
               std::to_string(number) + " is none of the values of the specification");
    }
    if (row.shape == InfoShape::mask32) {
        expect((number & ~row.legal[0]) == 0, std::to_string(number) + " has bits nobody defines");
    }
}

/// Handles of the driver are the driver manager's to tell.
void check_without_manager(const Session& session, const InfoRow& row) {
    SQLHANDLE value = SQL_NULL_HANDLE;
    session.handle().refuses(
        SQLGetInfo(session.raw(), row.type, static_cast<SQLPOINTER>(&value), sizeof value, nullptr),
        "HY096", "without a driver manager");
}

void check(const Session& session, const InfoRow& row) {
    if (row.shape == InfoShape::handle && find_function("SQLDrivers") == nullptr) {
        return check_without_manager(session, row);
    }
    const auto got = answer(session, row);
    switch (row.shape) {
        case InfoShape::yes_no:
        case InfoShape::words:
        case InfoShape::version:
            return check_text(session, row, got);
        case InfoShape::handle:
            expect_equal(static_cast<SQLLEN>(got.width), sizeof(SQLHANDLE), "bytes written");
            return;
        default:
            return check_number(row, got);
    }
}

/// Bytes, not characters, are what SQLGetInfoW counts.
void wide_lengths(const Target& target) {
    const Session session{target};
    for (const auto& row : info_rows()) {
        if (row.shape != InfoShape::words && row.shape != InfoShape::yes_no) continue;
        if (is_of_the_manager(row.type)) continue;
        const auto narrow_answer = session.info_text(row.type);
        std::array<SQLWCHAR, 4096> value{};
        SQLSMALLINT length = 0;
        session.handle().ok(
            SQLGetInfoW(session.raw(), row.type, value.data(), sizeof value, &length), row.name);
        expect_equal(length, static_cast<SQLLEN>(narrow_answer.size() * sizeof(SQLWCHAR)),
                     std::string{row.name} + ": length of the wide text in bytes");
    }
}

void unknown(const Target& target) {
    const Session session{target};
    for (const auto type : std::to_array<SQLUSMALLINT>({9999, 20000, 65535})) {
        std::uint32_t value = 0;
        session.handle().fails(SQLGetInfo(session.raw(), type, &value, sizeof value, nullptr),
                               "HY096", "InfoType " + std::to_string(type));
    }
}

void without_a_buffer(const Target& target) {
    const Session session{target};
    SQLSMALLINT length = 0;
    session.handle().ok(SQLGetInfo(session.raw(), SQL_DBMS_NAME, nullptr, 0, &length),
                        "SQLGetInfo without a buffer");
    expect_equal(length, static_cast<SQLLEN>(session.info_text(SQL_DBMS_NAME).size()),
                 "length told without a buffer");
}

std::vector<Check> all() {
    std::vector<Check> checks{
        {"wide-lengths", "SQLGetInfoW counts bytes", wide_lengths},
        {"unknown", "an InfoType that nobody defines is HY096", unknown},
        {"without-buffer", "a null buffer still gets the length", without_a_buffer},
    };
    for (const auto& row : info_rows()) {
        const auto run = [&row](const Target& target) { check(Session{target}, row); };
        checks.push_back({row.name, "an answer of its width, and a legal one", run});
    }
    return checks;
}

const Register checks{"info", all()};

}  // namespace
}  // namespace conformance
