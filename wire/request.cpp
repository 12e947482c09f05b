#include "wire/request.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "wire/words.h"
#include "wire/write_value.h"

namespace dqlite::wire {
namespace {

/// Takes the same calls as a Writer, and adds up and checks instead of writing: a request that is
/// too large or holds a NUL is refused before a byte of it is copied.
class Measure {
  public:
    explicit Measure(std::size_t max_body) noexcept : max_{max_body} {}

    void u64(std::uint64_t /*v*/) noexcept { add(sizeof(std::uint64_t)); }
    void u32(std::uint32_t /*v*/) noexcept { add(sizeof(std::uint32_t)); }
    void u8(std::uint8_t /*v*/) noexcept { add(sizeof(std::uint8_t)); }
    void f64(double /*v*/) noexcept { add(sizeof(double)); }
    void text(std::string_view v) noexcept {
        if (v.size() >= max_) return fail(Errc::frame_too_large);
        add(padded(v.size() + 1));
        if (error_ == Errc::ok && !v.empty() && std::memchr(v.data(), 0, v.size()) != nullptr) {
            fail(Errc::embedded_nul);
        }
    }
    void blob(std::string_view v) noexcept {
        if (v.size() >= max_) return fail(Errc::frame_too_large);
        u64(v.size());
        add(padded(v.size()));
    }
    void pad(std::size_t origin) noexcept { add(padded(size_ - origin) - (size_ - origin)); }
    void fail(Errc error) noexcept {
        if (error_ == Errc::ok) error_ = error;
    }

    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    [[nodiscard]] Errc error() const noexcept { return error_; }

  private:
    void add(std::size_t size) noexcept {
        if (size > max_ - size_) return fail(Errc::frame_too_large);
        size_ += size;
    }

    std::size_t max_;
    std::size_t size_ = 0;
    Errc error_ = Errc::ok;
};

/// Takes the same calls again, and writes into memory that is there and holds zeros: all of it was
/// measured.
class Placer {
  public:
    explicit Placer(std::byte* to) noexcept : begin_{to}, at_{to} {}

    void u64(std::uint64_t v) noexcept { put(v); }
    void u32(std::uint32_t v) noexcept { put(v); }
    void u8(std::uint8_t v) noexcept { put(v); }
    void f64(double v) noexcept { put(std::bit_cast<std::uint64_t>(v)); }
    void text(std::string_view v) noexcept { place(v, padded(v.size() + 1)); }
    void blob(std::string_view v) noexcept {
        u64(v.size());
        place(v, padded(v.size()));
    }
    void pad(std::size_t origin) noexcept { at_ = begin_ + origin + padded(size() - origin); }

    [[nodiscard]] std::size_t size() const noexcept {
        return static_cast<std::size_t>(at_ - begin_);
    }

  private:
    template <typename T>
    void put(T v) noexcept {
        store(at_, v);
        at_ += sizeof v;
    }
    void place(std::string_view v, std::size_t room) noexcept {
        if (!v.empty()) std::memcpy(at_, v.data(), v.size());
        at_ += room;
    }

    std::byte* begin_;
    std::byte* at_;
};

Errc check(Parameters parameters) noexcept {
    if (parameters.size() > max_parameters) return Errc::too_many_parameters;
    const bool sendable = std::none_of(parameters.begin(), parameters.end(), [](const Value& v) {
        return v.type() == ValueType::unix_time;
    });
    return sendable ? Errc::ok : Errc::bad_parameter_type;
}

constexpr std::uint8_t schema_for(Parameters parameters) noexcept {
    return parameters.size() > max_parameters_schema0 ? 1 : 0;
}

template <class Sink>
void write_parameters(Sink& sink, Parameters parameters) {
    if (parameters.empty()) return;
    const auto origin = sink.size();
    if (schema_for(parameters) == 0) {
        sink.u8(static_cast<std::uint8_t>(parameters.size()));
    } else {
        sink.u32(static_cast<std::uint32_t>(parameters.size()));
    }
    for (const auto& v : parameters) sink.u8(static_cast<std::uint8_t>(v.type()));
    sink.pad(origin);
    for (const auto& v : parameters) write_value(sink, v);
}

// The body of every request, written once for both passes.

template <class Sink>
void write_body(Sink& sink, const Open& r) {
    sink.text(r.name);
    sink.u64(r.flags);
    sink.text(r.vfs);
}

template <class Sink>
void write_body(Sink& sink, const Prepare& r) {
    sink.u64(r.db);
    sink.text(r.sql);
}

template <class Sink, class Request>
requires requires(Request r) {
    r.stmt;
    r.parameters;
}
void write_body(Sink& sink, const Request& r) {
    sink.u32(r.db);
    sink.u32(r.stmt);
    write_parameters(sink, r.parameters);
}

template <class Sink, class Request>
requires requires(Request r) {
    r.sql;
    r.parameters;
}
void write_body(Sink& sink, const Request& r) {
    sink.u64(r.db);
    sink.text(r.sql);
    write_parameters(sink, r.parameters);
}

template <class Sink>
void write_body(Sink& sink, const Finalize& r) {
    sink.u32(r.db);
    sink.u32(r.stmt);
}

template <class Sink>
void write_body(Sink& sink, const Add& r) {
    sink.u64(r.id);
    sink.text(r.address);
}

template <class Sink>
void write_body(Sink& sink, const Assign& r) {
    sink.u64(r.id);
    sink.u64(static_cast<std::uint64_t>(r.role));
}

template <class Sink>
void write_body(Sink& sink, const Dump& r) {
    sink.text(r.name);
}

/// The many requests that are one word.
struct Word {
    std::uint64_t value;
};

template <class Sink>
void write_body(Sink& sink, const Word& r) {
    sink.u64(r.value);
}

/// Makes room for one more frame; grows geometrically, so that a long pipeline of small requests
/// does not copy the buffer for each.
void make_room(Buffer& out, std::size_t size) {
    const auto needed = out.size() + size;
    if (needed > out.capacity()) out.reserve(std::max(needed, 2 * out.capacity()));
}

template <class Request>
Errc encode_frame(RequestType type, std::uint8_t schema, const Request& request, Buffer& out,
                  std::size_t max_body) {
    Measure measure{std::min(max_body, largest_body)};
    write_body(measure, request);
    if (measure.error() != Errc::ok) return measure.error();

    const auto start = out.size();
    make_room(out, header_size + measure.size());
    out.resize(start + header_size + measure.size());
    Placer header{out.data() + start};
    header.u32(static_cast<std::uint32_t>(measure.size() / word_size));
    header.u8(static_cast<std::uint8_t>(type));
    header.u8(schema);
    Placer body{out.data() + start + header_size};
    write_body(body, request);
    return Errc::ok;
}

template <class Request>
Errc encode_with_parameters(RequestType type, const Request& request, Buffer& out,
                            std::size_t max_body) {
    if (const auto error = check(request.parameters); error != Errc::ok) return error;
    return encode_frame(type, schema_for(request.parameters), request, out, max_body);
}

Errc encode_word(RequestType type, std::uint64_t value, Buffer& out, std::size_t max_body) {
    return encode_frame(type, 0, Word{value}, out, max_body);
}

}  // namespace

Errc encode(const Leader& /*r*/, Buffer& out, std::size_t max_body) {
    return encode_word(RequestType::leader, 0, out, max_body);
}

Errc encode(const Client& r, Buffer& out, std::size_t max_body) {
    return encode_word(RequestType::client, r.id, out, max_body);
}

Errc encode(const Open& r, Buffer& out, std::size_t max_body) {
    return encode_frame(RequestType::open, 0, r, out, max_body);
}

Errc encode(const Prepare& r, Buffer& out, std::size_t max_body) {
    if (r.schema > 1) return Errc::unexpected_schema;
    return encode_frame(RequestType::prepare, r.schema, r, out, max_body);
}

Errc encode(const Exec& r, Buffer& out, std::size_t max_body) {
    return encode_with_parameters(RequestType::exec, r, out, max_body);
}

Errc encode(const Query& r, Buffer& out, std::size_t max_body) {
    return encode_with_parameters(RequestType::query, r, out, max_body);
}

Errc encode(const Finalize& r, Buffer& out, std::size_t max_body) {
    return encode_frame(RequestType::finalize, 0, r, out, max_body);
}

Errc encode(const ExecSql& r, Buffer& out, std::size_t max_body) {
    return encode_with_parameters(RequestType::exec_sql, r, out, max_body);
}

Errc encode(const QuerySql& r, Buffer& out, std::size_t max_body) {
    return encode_with_parameters(RequestType::query_sql, r, out, max_body);
}

Errc encode(const Interrupt& r, Buffer& out, std::size_t max_body) {
    return encode_word(RequestType::interrupt, r.db, out, max_body);
}

Errc encode(const Add& r, Buffer& out, std::size_t max_body) {
    return encode_frame(RequestType::add, 0, r, out, max_body);
}

Errc encode(const Assign& r, Buffer& out, std::size_t max_body) {
    return encode_frame(RequestType::assign, 0, r, out, max_body);
}

Errc encode(const Remove& r, Buffer& out, std::size_t max_body) {
    return encode_word(RequestType::remove, r.id, out, max_body);
}

Errc encode(const Dump& r, Buffer& out, std::size_t max_body) {
    return encode_frame(RequestType::dump, 0, r, out, max_body);
}

Errc encode(const Cluster& r, Buffer& out, std::size_t max_body) {
    return encode_word(RequestType::cluster, r.format, out, max_body);
}

Errc encode(const Transfer& r, Buffer& out, std::size_t max_body) {
    return encode_word(RequestType::transfer, r.id, out, max_body);
}

Errc encode(const Describe& r, Buffer& out, std::size_t max_body) {
    return encode_word(RequestType::describe, r.format, out, max_body);
}

Errc encode(const Weight& r, Buffer& out, std::size_t max_body) {
    return encode_word(RequestType::weight, r.weight, out, max_body);
}

void encode_handshake(Buffer& out) {
    Writer{out}.u64(protocol_version);
}

}  // namespace dqlite::wire
