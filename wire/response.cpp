#include "wire/response.h"

#include <algorithm>

#include "wire/words.h"

namespace dqlite::wire {
namespace {

Errc expect(const Frame& frame, ResponseType type, std::uint8_t max_schema = 0) noexcept {
    if (!frame.is(type)) return Errc::unexpected_type;
    return frame.schema <= max_schema ? Errc::ok : Errc::unexpected_schema;
}

Errc at_end(const Reader& reader) noexcept {
    return reader.at_end() ? Errc::ok : Errc::trailing_bytes;
}

/// Reads fields one after another and stops at the first that fails.
template <class... Reads>
Errc in_turn(Reads&&... reads) {
    auto error = Errc::ok;
    static_cast<void>((((error = reads()) == Errc::ok) && ...));
    return error;
}

/// A response that is a fixed row of words.
template <class... Words>
Errc decode_words(const Frame& frame, ResponseType type, Words&... words) noexcept {
    if (const auto error = expect(frame, type); error != Errc::ok) return error;
    Reader reader{frame.body};
    return in_turn([&] { return reader.u64(words); }..., [&] { return at_end(reader); });
}

/// The count in front of a list, bounded by the limit and by what the body can hold before
/// anything is reserved for it.
Errc read_count(Reader& reader, std::size_t limit, std::size_t min_item_size, std::size_t& out) {
    std::uint64_t count = 0;
    if (const auto error = reader.u64(count); error != Errc::ok) return error;
    if (count > limit) return Errc::too_many_items;
    if (count > reader.remaining() / min_item_size) return Errc::truncated;
    out = static_cast<std::size_t>(count);
    return Errc::ok;
}

Errc read_role(Reader& reader, Role& out) noexcept {
    std::uint64_t role = 0;
    if (const auto error = reader.u64(role); error != Errc::ok) return error;
    if (role > static_cast<std::uint64_t>(Role::spare)) return Errc::bad_role;
    out = static_cast<Role>(role);
    return Errc::ok;
}

Errc read_node(Reader& reader, bool has_role, Node& out) noexcept {
    const auto error =
        in_turn([&] { return reader.u64(out.id); }, [&] { return reader.text(out.address); },
                [&] { return has_role ? read_role(reader, out.role) : Errc::ok; });
    if (error != Errc::ok) return error;
    return out.id == 0 || out.address.empty() ? Errc::bad_node : Errc::ok;
}

/// Servers send whole database pages and do not pad, so an odd size would leave every later field
/// off its word: nothing that follows could be trusted.
Errc read_file(Reader& reader, File& out) noexcept {
    std::uint64_t size = 0;
    return in_turn([&] { return reader.text(out.name); }, [&] { return reader.u64(size); },
                   [&] { return size % word_size == 0 ? Errc::ok : Errc::bad_file; },
                   [&] {
                       return size > reader.remaining()
                                  ? Errc::truncated
                                  : reader.raw(static_cast<std::size_t>(size), out.content);
                   });
}

bool has_duplicate_id(const std::vector<Node>& nodes) {
    std::vector<std::uint64_t> ids;
    ids.reserve(nodes.size());
    for (const auto& node : nodes) ids.push_back(node.id);
    std::sort(ids.begin(), ids.end());
    return std::adjacent_find(ids.begin(), ids.end()) != ids.end();
}

bool has_duplicate_name(const std::vector<File>& files) {
    std::vector<std::string_view> names;
    names.reserve(files.size());
    for (const auto& file : files) names.push_back(file.name);
    std::sort(names.begin(), names.end());
    return std::adjacent_find(names.begin(), names.end()) != names.end();
}

}  // namespace

// A server whose statement fails while stepping does not rewind what it has written of the rows:
// names and rows stand in front of the record. Only the end tells: the words of the text have no
// zero byte but in the last, and the word in front of them, the code, always has one. A code
// without a zero byte can only be the first word of the body.
Errc decode(const Frame& frame, const Limits& limits, Failure& out) {
    if (const auto error = expect(frame, ResponseType::failure); error != Errc::ok) return error;
    const auto* body = frame.body.data();
    const auto size = frame.body.size();
    if (size < 2 * word_size || size % word_size != 0) return Errc::truncated;

    auto text = size - word_size;
    const auto last = zero_bytes(load<std::uint64_t>(body + text));
    if (last == 0) return Errc::unterminated_text;
    const auto length_of_last = first_zero(last);
    while (text > word_size && zero_bytes(load<std::uint64_t>(body + text - word_size)) == 0) {
        text -= word_size;
    }
    out.code = load<std::uint64_t>(body + text - word_size);
    const std::string_view whole{reinterpret_cast<const char*>(body + text),
                                 size - word_size - text + length_of_last};
    out.message = whole.substr(0, limits.max_failure_text);
    return Errc::ok;
}

Errc decode(const Frame& frame, const Limits& /*limits*/, Server& out) {
    if (const auto error = expect(frame, ResponseType::server); error != Errc::ok) return error;
    Reader reader{frame.body};
    const auto error =
        in_turn([&] { return reader.u64(out.id); }, [&] { return reader.text(out.address); },
                [&] { return at_end(reader); });
    if (error != Errc::ok) return error;
    if (out.id == 0 && !out.address.empty()) return Errc::bad_node;
    // A leader whose address the server could not allocate: passing, and as good as none.
    if (out.address.empty()) out.id = 0;
    return Errc::ok;
}

Errc decode(const Frame& frame, const Limits& /*limits*/, Welcome& out) {
    return decode_words(frame, ResponseType::welcome, out.heartbeat_timeout_ms);
}

Errc decode(const Frame& frame, const Limits& limits, Servers& out, std::uint64_t format) {
    if (const auto error = expect(frame, ResponseType::servers); error != Errc::ok) return error;
    const bool has_role = format != 0;
    Reader reader{frame.body};
    std::size_t count = 0;
    const auto min_size = (has_role ? 3 : 2) * word_size;
    auto error = read_count(reader, limits.max_nodes, min_size, count);
    if (error != Errc::ok) return error;
    out.nodes.clear();
    out.nodes.reserve(count);
    while (out.nodes.size() < count) {
        Node node;
        error = read_node(reader, has_role, node);
        if (error != Errc::ok) return error;
        out.nodes.push_back(node);
    }
    if (!reader.at_end()) return Errc::trailing_bytes;
    return has_duplicate_id(out.nodes) ? Errc::duplicate_node : Errc::ok;
}

Errc decode(const Frame& frame, const Limits& /*limits*/, Db& out) {
    if (const auto error = expect(frame, ResponseType::db); error != Errc::ok) return error;
    Reader reader{frame.body};
    std::uint32_t padding = 0;
    return in_turn([&] { return reader.u32(out.id); }, [&] { return reader.u32(padding); },
                   [&] { return at_end(reader); });
}

Errc decode(const Frame& frame, const Limits& /*limits*/, Stmt& out) {
    if (const auto error = expect(frame, ResponseType::stmt, 1); error != Errc::ok) return error;
    out.has_tail = frame.schema == 1;
    out.tail = 0;
    Reader reader{frame.body};
    return in_turn([&] { return reader.u32(out.db); }, [&] { return reader.u32(out.id); },
                   [&] { return reader.u64(out.parameters); },
                   [&] { return out.has_tail ? reader.u64(out.tail) : Errc::ok; },
                   [&] { return at_end(reader); });
}

Errc decode(const Frame& frame, const Limits& /*limits*/, Result& out) {
    std::uint64_t rowid = 0;
    const auto error = decode_words(frame, ResponseType::result, rowid, out.rows_affected);
    out.last_insert_rowid = static_cast<std::int64_t>(rowid);
    return error;
}

Errc decode(const Frame& frame, const Limits& /*limits*/, Empty& /*out*/) {
    std::uint64_t unused = 0;
    return decode_words(frame, ResponseType::empty, unused);
}

Errc decode(const Frame& frame, const Limits& limits, Files& out) {
    if (const auto error = expect(frame, ResponseType::files); error != Errc::ok) return error;
    Reader reader{frame.body};
    std::size_t count = 0;
    auto error = read_count(reader, limits.max_files, 2 * word_size, count);
    if (error != Errc::ok) return error;
    out.files.clear();
    out.files.reserve(count);
    while (out.files.size() < count) {
        File file;
        error = read_file(reader, file);
        if (error != Errc::ok) return error;
        out.files.push_back(file);
    }
    if (!reader.at_end()) return Errc::trailing_bytes;
    return has_duplicate_name(out.files) ? Errc::bad_file : Errc::ok;
}

Errc decode(const Frame& frame, const Limits& /*limits*/, Metadata& out) {
    return decode_words(frame, ResponseType::metadata, out.failure_domain, out.weight);
}

}  // namespace dqlite::wire
