#include <array>
#include <memory>
#include <stdexcept>
#include <utility>

#include "client/session.h"
#include "tests/bench/bench.h"
#include "tests/bench/clients.h"
#include "tests/bench/workload.h"

namespace dqlite::bench::cxx {
namespace {

using client::Call;
using client::RowStream;
using client::Session;
using wire::Value;

template <typename T>
T must(client::Result<T> result) {
    if (!result) throw std::runtime_error{"client: " + result.error().message};
    if constexpr (!std::is_void_v<T>) return std::move(*result);
}

std::unique_ptr<Session> open(const std::string& address, std::size_t database) {
    client::Options options;
    options.servers = {address};
    options.database = database_of(database);
    return must(Session::connect(std::move(options)));
}

std::size_t read_all(RowStream& stream) {
    std::size_t count = 0;
    while (stream.next() == RowStream::Step::row) ++count;
    if (stream.failed()) throw std::runtime_error{"client: " + stream.error().message};
    return count;
}

RoundTrip selecting(const std::string& address, std::size_t number) {
    std::shared_ptr<Session> session = open(address, 0);
    const auto statement = must(client::parse_one_statement(select_point));
    auto id = static_cast<std::int64_t>(number * 7);
    return [session, statement, id]() mutable {
        id = id % static_cast<std::int64_t>(sizes.points()) + 1;
        const std::array parameters{Value::integer(id)};
        const auto stream = must(session->query(statement, parameters, Call{.prepared = true}));
        if (read_all(*stream) != 1) throw std::runtime_error{"client: no such point"};
    };
}

RoundTrip inserting(const std::string& address, std::size_t number) {
    std::shared_ptr<Session> session = open(address, number);
    const auto statement = must(client::parse_one_statement(insert_row));
    must(session->begin(client::BeginMode::immediate));
    std::int64_t id = 0;
    return [session, statement, id]() mutable {
        const std::array parameters{Value::integer(++id), Value::text(insert_text)};
        must(session->execute(statement, parameters, Call{.prepared = true}));
    };
}

}  // namespace

void fetch(const std::string& address, Figures& figures) {
    const auto session = open(address, 0);
    const auto statement = must(client::parse_one_statement(select_many_as_sent));
    const auto sample = measure([&] {
        const auto stream = must(session->query(statement));
        if (read_all(*stream) != sizes.rows) throw std::runtime_error{"client: rows are missing"};
    });
    add_rate(figures, "block", static_cast<double>(sizes.rows), sample, columns);
}

RoundTrip worker(const std::string& address, Work work, std::size_t client) {
    switch (work) {
        case Work::select:
            return selecting(address, client);
        case Work::insert:
            return inserting(address, client);
        case Work::connect:
            return [address] { (void)open(address, 0); };
    }
    return {};
}

}  // namespace dqlite::bench::cxx
