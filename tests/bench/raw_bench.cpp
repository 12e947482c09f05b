#include <array>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <thread>
#include <vector>

#include "tests/bench/bench.h"
#include "tests/bench/clients.h"
#include "tests/bench/raw_connection.h"
#include "tests/bench/workload.h"

namespace dqlite::bench::raw {
namespace {

using wire::Value;
using Wait = RawConnection::Wait;

/// The server may have yet to notice that the writer before this one is gone.
void begin(RawConnection& connection) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{5};
    while (true) {
        try {
            return connection.execute("BEGIN IMMEDIATE");
        } catch (const std::runtime_error&) {
            if (std::chrono::steady_clock::now() > end) throw;
            std::this_thread::sleep_for(std::chrono::milliseconds{10});
        }
    }
}

RoundTrip selecting(const std::string& address, std::size_t client, Wait wait) {
    auto connection = std::make_shared<RawConnection>(address, database_of(0), wait);
    const auto statement = connection->prepare(select_point);
    auto id = static_cast<std::int64_t>(client * 7);
    return [connection, statement, id]() mutable {
        id = (id + 1) % static_cast<std::int64_t>(sizes.points());
        const std::array parameters{Value::integer(id + 1)};
        connection->query(statement, parameters);
    };
}

RoundTrip inserting(const std::string& address, std::size_t client, Wait wait) {
    auto connection = std::make_shared<RawConnection>(address, database_of(client), wait);
    begin(*connection);
    const auto statement = connection->prepare(insert_row);
    std::int64_t number = 0;
    return [connection, statement, number]() mutable {
        const std::array parameters{Value::integer(++number), Value::text(insert_text)};
        connection->execute(statement, parameters);
    };
}

std::string multi_row(std::size_t count) {
    std::string sql = "INSERT INTO inserts VALUES ";
    for (std::size_t row = 0; row < count; ++row) sql += row == 0 ? "(?,?)" : ",(?,?)";
    return sql;
}

std::vector<Value> rows_of(std::size_t count) {
    std::vector<Value> parameters;
    for (std::size_t row = 0; row < count; ++row) {
        parameters.push_back(Value::integer(static_cast<std::int64_t>(row)));
        parameters.push_back(Value::text(insert_text));
    }
    return parameters;
}

/// An array in requests of `count` rows, eight under way at a time.
void insert_array(RawConnection& connection, std::size_t count, const std::vector<Value>& rows) {
    constexpr std::size_t window = 8;
    begin(connection);
    const auto statement = connection.prepare(multi_row(count));
    for (std::size_t sent = 0; sent < sizes.array_rows;) {
        std::size_t under_way = 0;
        for (; under_way < window && sent < sizes.array_rows; ++under_way, sent += count) {
            connection.queue(statement, rows);
        }
        connection.flush();
        connection.read_answers(under_way, wire::ResponseType::result);
    }
    connection.execute("COMMIT");
}

}  // namespace

void prepare_tables(const std::string& address) {
    for (std::size_t client = 0; client < 64; ++client) {
        RawConnection connection{address, database_of(client)};
        connection.execute(create_inserts);
        if (client != 0) continue;
        for (const std::string& sql :
             {std::string{create_many}, fill_many(), std::string{create_points}, fill_points()}) {
            connection.execute(sql);
        }
    }
}

void empty_inserts(const std::string& address) {
    RawConnection{address, database_of(0)}.execute(bench::empty_inserts);
}

void drain(const std::string& address, Figures& figures) {
    RawConnection connection{address, database_of(0)};
    const auto rows = static_cast<double>(sizes.rows);
    add_rate(figures, "block", rows, measure([&] { connection.drain(select_many_as_sent); }),
             columns);
    add_rate(figures, "plain", rows, measure([&] { connection.drain(select_many); }), columns);
}

RoundTrip worker(const std::string& address, Work work, std::size_t client, Waiting waiting) {
    if (waiting == Waiting::poll_and_work) {
        return [busy = worker(address, work, client, Waiting::poll)] {
            busy();
            const auto end = std::chrono::steady_clock::now() + std::chrono::microseconds{1};
            while (std::chrono::steady_clock::now() < end) {
            }
        };
    }
    const auto wait = waiting == Waiting::poll ? Wait::poll : Wait::block;
    switch (work) {
        case Work::select:
            return selecting(address, client, wait);
        case Work::insert:
            return inserting(address, client, wait);
        case Work::connect:
            return [address, wait] {
                const RawConnection connection{address, database_of(0), wait};
            };
    }
    return {};
}

void array(const std::string& address, Figures& figures) {
    // 255 parameters are what every server takes; since 1.12 it is more. The faster one counts.
    for (const std::size_t count : {100U, 1000U}) {
        RawConnection connection{address, database_of(0)};
        connection.execute(bench::empty_inserts);
        const auto rows = rows_of(count);
        try {
            const auto sample = measure([&] {
                for (std::size_t i = 0; i < arrays; ++i) insert_array(connection, count, rows);
            });
            Figures these;
            add_rate(these, "array", static_cast<double>(arrays * sizes.array_rows), sample);
            if (these["array.rate"] > figures["array.rate"]) these.swap(figures);
        } catch (const std::exception&) {
            if (count == 100) throw;
        }
    }
}

}  // namespace dqlite::bench::raw
