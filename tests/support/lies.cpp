#include "tests/support/lies.h"

#include <array>
#include <cstring>

#include "wire/rows.h"

namespace dqlite::test {
namespace {

using wire::RequestType;

constexpr std::array<std::string_view, 2> names{"number", "text"};

constexpr std::array<std::uint64_t, 12> extreme_words{
    0,          1,          0x7F,       0xFF,      0xFFFF,     0x7FFFFFFF,
    0xFFFFFFFF, 1ULL << 32, 1ULL << 40, INT64_MAX, 1ULL << 63, UINT64_MAX};
constexpr std::array<std::uint64_t, 5> extreme_sizes{0, 1, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF};
constexpr std::uint64_t response_types = 11;

void send_words(FakePeer& peer, wire::ResponseType type, std::span<const std::uint64_t> words) {
    wire::Buffer body;
    wire::Writer writer{body};
    for (const std::uint64_t word : words) writer.u64(word);
    peer.send_frame(type, body);
}

void send_metadata(FakePeer& peer) {
    constexpr std::array<std::uint64_t, 2> domain_and_weight{1, 2};
    send_words(peer, wire::ResponseType::metadata, domain_and_weight);
}

/// A database of one file, and its WAL, as dqlite 1.11 dumps them.
void send_files(FakePeer& peer) {
    const std::string content(64, 'x');
    wire::Buffer body;
    wire::Writer writer{body};
    writer.u64(2);
    for (const std::string_view name : {"default", "default-wal"}) {
        writer.text(name);
        writer.u64(content.size());
        for (std::size_t i = 0; i < content.size(); ++i) writer.u8('x');
    }
    peer.send_frame(wire::ResponseType::files, body);
}

}  // namespace

void send_row_batch(FakePeer& peer, bool last) {
    wire::RowsWriter writer{names};
    const std::array values{wire::Value::integer(7), wire::Value::text("seven")};
    writer.row(values);
    writer.row(values);
    peer.send(writer.finish(last));
}

bool answer_honestly(FakePeer& peer, const FakeRequest& request) {
    switch (static_cast<RequestType>(request.type)) {
        case RequestType::prepare:
            peer.send_statement(0, 0);
            return true;
        case RequestType::query_sql:
        case RequestType::query:
            send_row_batch(peer, false);
            send_row_batch(peer, true);
            return true;
        case RequestType::exec_sql:
            if (request.sql() == "DELETE FROM missing") {
                peer.send_failure(1, "no such table: missing");
                return true;
            }
            peer.send_result(1, 1);
            return true;
        case RequestType::describe:
            send_metadata(peer);
            return true;
        case RequestType::dump:
            send_files(peer);
            return true;
        case RequestType::finalize:
        case RequestType::interrupt:
        case RequestType::add:
        case RequestType::assign:
        case RequestType::remove:
        case RequestType::transfer:
        case RequestType::weight:
            peer.send_empty();
            return true;
        default:
            peer.send_result(1, 1);
            return true;
    }
}

void Lie::apply(std::string& bytes) const {
    if (at + size <= bytes.size()) std::memcpy(bytes.data() + at, &value, size);
}

std::vector<Lie> all_lies(std::span<const std::size_t> answer_sizes) {
    std::vector<Lie> lies;
    for (std::size_t answer = 0; answer < answer_sizes.size(); ++answer) {
        for (const auto value : extreme_sizes) lies.push_back({answer, 0, 4, value});
        for (std::uint64_t type = 0; type <= response_types; ++type) {
            lies.push_back({answer, 4, 1, type});
        }
        lies.push_back({answer, 4, 1, 0xFF});
        lies.push_back({answer, 5, 1, 0xFF});
        for (std::size_t at = wire::header_size; at < answer_sizes[answer]; at += wire::word_size) {
            for (const auto value : extreme_words) {
                lies.push_back({answer, at, wire::word_size, value});
            }
        }
    }
    return lies;
}

}  // namespace dqlite::test
