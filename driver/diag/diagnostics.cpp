#include "driver/diag/diagnostics.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "driver/diag/server_codes.h"

namespace dqlite::odbc {
namespace {

using client::ErrorKind;
using client::Outcome;

/// SQLGetDiagField's page: rows first (unknown, none, then by number); within a row what may have
/// ended a transaction, then errors, then warnings. Equal records stay as they were posted.
std::pair<SQLLEN, int> rank(const Diagnostic& record) noexcept {
    static constexpr std::array ends_transaction{SqlState::s40001, SqlState::s40002,
                                                 SqlState::s40003, SqlState::s08007,
                                                 SqlState::s25S01, SqlState::s25S03};
    if (std::ranges::find(ends_transaction, record.state) != ends_transaction.end()) {
        return {record.row, 0};
    }
    return {record.row, is_error(record.state) ? 1 : 2};
}

SqlState state_at_connect(const client::Error& error) noexcept {
    switch (error.kind) {
        case ErrorKind::timeout:
            return SqlState::sHYT00;
        case ErrorKind::cancelled:
            return SqlState::sHY008;
        case ErrorKind::server:
            return SqlState::s08004;
        default:
            return SqlState::s08001;
    }
}

SqlState state_when_unknown(ErrorContext context) noexcept {
    return context == ErrorContext::end_transaction ? SqlState::s08007 : SqlState::s40003;
}

SqlState state_of_kind(const client::Error& error, ErrorContext context) noexcept {
    switch (error.kind) {
        case ErrorKind::server:
            return state_of_failure(error.code, error.message);
        case ErrorKind::busy:
        case ErrorKind::transaction_lost:
            return SqlState::s40001;
        case ErrorKind::unreachable:
        case ErrorKind::no_leader:
        case ErrorKind::lost:
        case ErrorKind::protocol:
        case ErrorKind::tls:
        case ErrorKind::policy:
        case ErrorKind::session_lost:
            return SqlState::s08S01;
        case ErrorKind::timeout:
            return SqlState::sHYT00;
        case ErrorKind::cancelled:
            return SqlState::sHY008;
        case ErrorKind::refused:
        case ErrorKind::invalid:
            // Ending a transaction has no text of the application's that could be wrong.
            return context == ErrorContext::statement ? SqlState::s42000 : SqlState::sHY000;
        case ErrorKind::limit:
            return SqlState::sHY000;
    }
    return SqlState::sHY000;
}

/// What happened to the data comes before why: only then an application may repeat or must not.
SqlState state_of(const client::Error& error, ErrorContext context) noexcept {
    if (context == ErrorContext::connect) return state_at_connect(error);
    if (error.outcome == Outcome::unknown) return state_when_unknown(context);
    if (context == ErrorContext::end_transaction && is_constraint_code(error.code)) {
        return SqlState::s40002;
    }
    if (error.outcome == Outcome::rolled_back) return SqlState::s40001;
    return state_of_kind(error, context);
}

bool is_link_error(ErrorKind kind) noexcept {
    switch (kind) {
        case ErrorKind::unreachable:
        case ErrorKind::no_leader:
        case ErrorKind::lost:
        case ErrorKind::timeout:
        case ErrorKind::protocol:
        case ErrorKind::tls:
        case ErrorKind::policy:
        case ErrorKind::transaction_lost:
        case ErrorKind::session_lost:
            return true;
        default:
            return false;
    }
}

SQLINTEGER native_code(std::uint64_t code) noexcept {
    constexpr auto largest = static_cast<std::uint64_t>(std::numeric_limits<SQLINTEGER>::max());
    return code <= largest ? static_cast<SQLINTEGER>(code) : 0;
}

std::string message_of(const client::Error& error, SqlState state, ErrorContext context) {
    std::string message{error.message.empty() ? entry(state).text : error.message};
    // Who connects has yet to learn which node it was.
    const bool of_link = is_link_error(error.kind) || context == ErrorContext::connect;
    const bool names_it = message.find(error.address) != std::string::npos;
    if (of_link && !names_it) message += " (" + error.address + ")";
    return message;
}

}  // namespace

void Diagnostics::clear() noexcept {
    records_.clear();
    return_code = SQL_SUCCESS;
    row_count = -1;
    cursor_row_count = 0;
    dynamic_function.clear();
    dynamic_function_code = SQL_DIAG_UNKNOWN_STATEMENT;
}

void Diagnostics::add(Diagnostic record) {
    const auto behind = std::ranges::upper_bound(records_, rank(record), {}, rank);
    records_.insert(behind, std::move(record));
}

std::string Diagnostics::text(const Diagnostic& record) {
    return (record.from_server ? "[dqlite-odbc][dqlite] " : "[dqlite-odbc] ") + record.message;
}

Diagnostic diagnose(const client::Error& error, ErrorContext context) {
    Diagnostic record;
    record.state = state_of(error, context);
    record.message = message_of(error, record.state, context);
    record.native = native_code(error.code);
    record.from_server = error.kind == ErrorKind::server || error.code != 0;
    return record;
}

}  // namespace dqlite::odbc
