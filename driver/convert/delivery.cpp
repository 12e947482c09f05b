#include "driver/convert/delivery.h"

#include <algorithm>

#include "driver/convert/guid.h"
#include "driver/convert/utf.h"

namespace dqlite::odbc {
namespace {

constexpr Conversion no_more{SqlState::s00000, true};
constexpr Conversion success{};
constexpr Conversion truncated{SqlState::s01004, false};
constexpr Conversion out_of_range{SqlState::s22003, false};
constexpr Conversion invalid_length{SqlState::sHY090, false};

/// A buffer of no bytes asks SQLGetData for the length. A bound column has no such question: there
/// a number that is cut is lost.
bool is_probe(std::size_t room, const PartialAccess& pieces) noexcept {
    return room == 0 && pieces.in_pieces();
}

/// What to say of a piece that is not the last. One that moved nothing although the buffer has
/// room for more than the terminator would be asked for forever: no character fits.
Conversion piece_of(std::size_t taken, std::size_t room, const PartialAccess& pieces) noexcept {
    const bool stuck = taken == 0 && room > 1 && pieces.in_pieces();
    return stuck ? invalid_length : truncated;
}

/// The source of an empty value may be a null pointer.
void copy(std::string_view from, std::size_t size, void* to) noexcept {
    if (size != 0) std::memcpy(to, from.data(), size);
}

template <typename Unit>
void put_unit(char* out, std::size_t index, Unit unit) noexcept {
    std::memcpy(out + index * sizeof unit, &unit, sizeof unit);
}

}  // namespace

std::size_t PartialAccess::wide_length(std::string_view left) const noexcept {
    if (!in_pieces()) return utf::wide_length(left);
    if (!state->counted_) {
        state->units_left_ = utf::wide_length(left) + (owes_half() ? 1 : 0);
        state->counted_ = true;
    }
    return state->units_left_;
}

Conversion deliver_null(const CTarget& target, PartialRead* partial) noexcept {
    const PartialAccess pieces{partial};
    if (pieces.finished()) return no_more;
    pieces.start();
    if (target.indicator == nullptr) return {SqlState::s22002, false};
    *target.indicator = SQL_NULL_DATA;
    pieces.finish();
    return success;
}

Conversion deliver_narrow(std::string_view text, std::size_t whole, const CTarget& target,
                          PartialRead* partial) noexcept {
    const PartialAccess pieces{partial};
    if (pieces.finished()) return no_more;
    if (target.capacity < 0) return invalid_length;
    pieces.start();
    const std::size_t offset = std::min(pieces.offset(), text.size());
    text.remove_prefix(offset);
    set_length(target, text.size());
    if (target.data == nullptr) return success;

    auto* const out = static_cast<char*>(target.data);
    const auto room = static_cast<std::size_t>(target.capacity);
    if (text.size() < room) {
        copy(text, text.size(), out);
        out[text.size()] = '\0';
        pieces.finish();
        return success;
    }
    if (offset < whole && room <= whole - offset && !is_probe(room, pieces)) return out_of_range;
    if (room == 0) return truncated;
    const std::size_t size = pieces.in_pieces() ? room - 1 : utf::whole_characters(text, room - 1);
    copy(text, size, out);
    out[size] = '\0';
    pieces.advance(size);
    return truncated;
}

namespace {

/// Writes a piece of exactly `capacity` units, of at least as many that are left: the first half of
/// a surrogate pair may end it, and the second begin it.
std::size_t fill_wide(std::string_view text, char* out, std::size_t capacity,
                      const PartialAccess& pieces) noexcept {
    std::size_t units = 0;
    if (capacity != 0 && pieces.owes_half()) put_unit(out, units++, pieces.take_half());
    const utf::Written written =
        utf::write_wide(text, out + units * sizeof(SQLWCHAR), capacity - units);
    units += written.units;
    std::size_t source = written.source;
    if (units < capacity) {
        // Only a pair does not fit where there is room for a unit.
        char pair[2 * sizeof(SQLWCHAR)];
        const utf::Written split = utf::write_wide(text.substr(source), pair, 2);
        std::memcpy(out + units * sizeof(SQLWCHAR), pair, sizeof(SQLWCHAR));
        SQLWCHAR low = 0;
        std::memcpy(&low, pair + sizeof(SQLWCHAR), sizeof low);
        pieces.owe_half(low);
        source += split.source;
        ++units;
    }
    if (units != 0) pieces.advance(source, units);
    return units;
}

}  // namespace

Conversion deliver_wide(std::string_view text, std::size_t whole, const CTarget& target,
                        PartialRead* partial) noexcept {
    const PartialAccess pieces{partial};
    if (pieces.finished()) return no_more;
    if (target.capacity < 0 || target.capacity % SQLLEN{sizeof(SQLWCHAR)} != 0) {
        return invalid_length;
    }
    pieces.start();
    const std::size_t offset = std::min(pieces.offset(), text.size());
    text.remove_prefix(offset);
    auto* const out = static_cast<char*>(target.data);
    const std::size_t room = static_cast<std::size_t>(target.capacity) / sizeof(SQLWCHAR);

    // A unit takes at least one byte of UTF-8, so that a text of fewer bytes fits uncounted.
    if (out != nullptr && text.size() < room && !pieces.owes_half()) {
        const utf::Written all = utf::write_wide(text, out, text.size());
        put_unit(out, all.units, SQLWCHAR{0});
        set_length(target, all.units * sizeof(SQLWCHAR));
        pieces.finish();
        return success;
    }
    const std::size_t units = pieces.wide_length(text);
    set_length(target, units * sizeof(SQLWCHAR));
    if (out == nullptr) return success;
    if (units >= room) {
        if (offset < whole && room <= whole - offset && !is_probe(room, pieces)) {
            return out_of_range;
        }
        if (room == 0) return truncated;
    }
    const std::size_t count = std::min(units, room - 1);
    const std::size_t written = pieces.in_pieces() ? fill_wide(text, out, count, pieces)
                                                   : utf::write_wide(text, out, count).units;
    put_unit(out, written, SQLWCHAR{0});
    if (units >= room) return truncated;
    pieces.finish();
    return success;
}

template <typename Unit>
Conversion deliver_hex(std::string_view bytes, const CTarget& target,
                       PartialRead* partial) noexcept {
    const PartialAccess pieces{partial};
    if (pieces.finished()) return no_more;
    if (target.capacity < 0 || target.capacity % SQLLEN{sizeof(Unit)} != 0) return invalid_length;
    pieces.start();
    bytes.remove_prefix(std::min(pieces.offset(), bytes.size()));
    set_length(target, bytes.size() * 2 * sizeof(Unit));
    if (target.data == nullptr) return success;

    auto* const out = static_cast<char*>(target.data);
    const std::size_t room = static_cast<std::size_t>(target.capacity) / sizeof(Unit);
    if (room == 0) return truncated;
    const std::size_t count = std::min(bytes.size(), (room - 1) / 2);
    for (std::size_t i = 0; i < count; ++i) {
        const auto byte = static_cast<unsigned char>(bytes[i]);
        put_unit(out, 2 * i, static_cast<Unit>(hex_digits[byte >> 4U]));
        put_unit(out, 2 * i + 1, static_cast<Unit>(hex_digits[byte & 0x0FU]));
    }
    put_unit(out, 2 * count, Unit{0});
    if (count == bytes.size()) {
        pieces.finish();
        return success;
    }
    pieces.advance(count);
    return piece_of(count, room, pieces);
}
template Conversion deliver_hex<char>(std::string_view, const CTarget&, PartialRead*) noexcept;
template Conversion deliver_hex<SQLWCHAR>(std::string_view, const CTarget&, PartialRead*) noexcept;

Conversion deliver_binary(std::string_view bytes, const CTarget& target,
                          PartialRead* partial) noexcept {
    const PartialAccess pieces{partial};
    if (pieces.finished()) return no_more;
    if (target.capacity < 0) return invalid_length;
    pieces.start();
    bytes.remove_prefix(std::min(pieces.offset(), bytes.size()));
    set_length(target, bytes.size());
    if (target.data == nullptr) return success;

    const std::size_t size = std::min(bytes.size(), static_cast<std::size_t>(target.capacity));
    copy(bytes, size, target.data);
    if (size == bytes.size()) {
        pieces.finish();
        return success;
    }
    pieces.advance(size);
    return truncated;
}

Conversion deliver_whole_binary(std::string_view bytes, const CTarget& target,
                                PartialRead* partial) noexcept {
    const PartialAccess pieces{partial};
    if (pieces.finished()) return no_more;
    if (target.capacity < 0) return invalid_length;
    const auto room = static_cast<std::size_t>(target.capacity);
    if (target.data != nullptr && room < bytes.size() && !is_probe(room, pieces)) {
        return out_of_range;
    }
    return deliver_binary(bytes, target, partial);
}

}  // namespace dqlite::odbc
