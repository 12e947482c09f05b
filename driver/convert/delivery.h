// Handing a converted value to the application: lengths, truncation, pieces for SQLGetData.
// Buffers may be unaligned (row-wise binding), so they are written with memcpy only.
#pragma once

#include <cstddef>
#include <cstring>
#include <string_view>
#include <utility>

#include "driver/convert/to_c.h"

namespace dqlite::odbc {

/// The one that moves a PartialRead. Does nothing for a bound column, which has none.
struct PartialAccess {
    PartialRead* state;

    [[nodiscard]] bool in_pieces() const noexcept { return state != nullptr; }
    [[nodiscard]] bool finished() const noexcept { return in_pieces() && state->finished_; }
    [[nodiscard]] std::size_t offset() const noexcept { return in_pieces() ? state->offset_ : 0; }
    void start() const noexcept {
        if (in_pieces()) state->started_ = true;
    }
    void finish() const noexcept {
        if (in_pieces()) state->finished_ = true;
    }
    void advance(std::size_t source, std::size_t units = 0) const noexcept {
        if (!in_pieces()) return;
        state->offset_ += source;
        state->units_left_ -= units < state->units_left_ ? units : state->units_left_;
        if (units == 0) state->counted_ = false;
    }
    [[nodiscard]] bool owes_half() const noexcept { return in_pieces() && state->low_half_ != 0; }
    [[nodiscard]] SQLWCHAR take_half() const noexcept { return std::exchange(state->low_half_, 0); }
    void owe_half(SQLWCHAR low) const noexcept { state->low_half_ = low; }
    /// SQLWCHAR units of what is left, counted once for all pieces.
    [[nodiscard]] std::size_t wide_length(std::string_view left) const noexcept;
};

inline void set_length(const CTarget& target, std::size_t bytes) noexcept {
    const auto length = static_cast<SQLLEN>(bytes);
    if (target.indicator != nullptr && target.indicator != target.octet_length) {
        *target.indicator = 0;
    }
    if (target.octet_length != nullptr) *target.octet_length = length;
}

[[nodiscard]] Conversion deliver_null(const CTarget& target, PartialRead* partial) noexcept;

/// UTF-8 into SQL_C_CHAR. Pieces fill the buffer, in the middle of a character too: applications
/// (pyodbc) count on it when they reckon where the next piece goes. The first `whole` bytes cannot
/// be cut (22003): the digits before a decimal point, a date.
[[nodiscard]] Conversion deliver_narrow(std::string_view text, std::size_t whole,
                                        const CTarget& target, PartialRead* partial) noexcept;
/// UTF-8 into SQL_C_WCHAR.
[[nodiscard]] Conversion deliver_wide(std::string_view text, std::size_t whole,
                                      const CTarget& target, PartialRead* partial) noexcept;
/// Bytes as pairs of hexadecimal digits; a pair is never split.
template <typename Unit>  // char, SQLWCHAR
[[nodiscard]] Conversion deliver_hex(std::string_view bytes, const CTarget& target,
                                     PartialRead* partial) noexcept;
[[nodiscard]] Conversion deliver_binary(std::string_view bytes, const CTarget& target,
                                        PartialRead* partial) noexcept;
/// The bytes of a fixed-length value into SQL_C_BINARY, whole or 22003.
[[nodiscard]] Conversion deliver_whole_binary(std::string_view bytes, const CTarget& target,
                                              PartialRead* partial) noexcept;

/// A fixed-length C type; the buffer's length does not matter.
template <typename T>
[[nodiscard]] inline Conversion deliver_fixed(const T& value, SqlState state, const CTarget& target,
                                              PartialRead* partial) noexcept {
    const PartialAccess pieces{partial};
    if (pieces.finished()) return {SqlState::s00000, true};
    pieces.start();
    if (is_error(state)) return {state, false};
    set_length(target, sizeof value);
    if (target.data != nullptr) {
        std::memcpy(target.data, &value, sizeof value);
        pieces.finish();
    }
    return {state, false};
}

}  // namespace dqlite::odbc
