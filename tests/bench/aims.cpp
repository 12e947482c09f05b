#include "tests/bench/aims.h"

#include <algorithm>
#include <array>

namespace dqlite::bench {
namespace {

using Goal = Aim::Goal;

constexpr std::array aims{
    Aim{.work = "block fetch of 1000 / raw drain",
        .figure = "odbc.block.rate",
        .reference = "raw.block.rate",
        .goal = Goal::at_least,
        .bound = 0.9},
    Aim{.work = "… driver CPU, ns a value",
        .figure = "odbc.block.cpu",
        .goal = Goal::at_most,
        .bound = 80},
    Aim{.work = "SQLFetch + SQLGetData / raw drain",
        .figure = "odbc.getdata.rate",
        .reference = "raw.block.rate",
        .goal = Goal::at_least,
        .bound = 0.6},
    Aim{.work = "… driver CPU, ns a value", .figure = "odbc.getdata.cpu"},
    Aim{.work = "C++ client, all rows / raw drain",
        .figure = "client.block.rate",
        .reference = "raw.block.rate"},
    Aim{.work = "raw drain of the query as sent / as written",
        .figure = "raw.block.rate",
        .reference = "raw.plain.rate"},
    Aim{.work = "point select, 1 client / raw polling",
        .figure = "odbc.select.1.rate",
        .reference = "raw.poll_select.1.rate",
        .goal = Goal::at_least,
        .bound = 0.9},
    Aim{.work = "… / raw polling with 1 µs of work after an answer",
        .figure = "odbc.select.1.rate",
        .reference = "raw.work_select.1.rate"},
    Aim{.work = "point select, 1 client / raw blocking",
        .figure = "odbc.select.1.rate",
        .reference = "raw.block_select.1.rate",
        .goal = Goal::at_least,
        .bound = 1.8},
    Aim{.work = "point select, 8 clients / better raw",
        .figure = "odbc.select.8.rate",
        .reference = "raw.poll_select.8.rate",
        .other_reference = "raw.block_select.8.rate",
        .goal = Goal::at_least,
        .bound = 0.9},
    Aim{.work = "point select, 64 clients / better raw",
        .figure = "odbc.select.64.rate",
        .reference = "raw.poll_select.64.rate",
        .other_reference = "raw.block_select.64.rate",
        .goal = Goal::at_least,
        .bound = 0.9},
    Aim{.work = "… the slowest thousandth, ms", .figure = "odbc.select.64.slow"},
    Aim{.work = "… of raw polling, ms", .figure = "raw.poll_select.64.slow"},
    Aim{.work = "… of raw blocking, ms", .figure = "raw.block_select.64.slow"},
    Aim{.work = "insert in a transaction, 1 client / raw polling",
        .figure = "odbc.insert.1.rate",
        .reference = "raw.poll_insert.1.rate",
        .goal = Goal::at_least,
        .bound = 0.9},
    Aim{.work = "… / raw polling with 1 µs of work after an answer",
        .figure = "odbc.insert.1.rate",
        .reference = "raw.work_insert.1.rate"},
    Aim{.work = "insert in a transaction, 1 client / raw blocking",
        .figure = "odbc.insert.1.rate",
        .reference = "raw.block_insert.1.rate",
        .goal = Goal::at_least,
        .bound = 1.8},
    Aim{.work = "insert in a transaction, 8 clients / better raw",
        .figure = "odbc.insert.8.rate",
        .reference = "raw.poll_insert.8.rate",
        .other_reference = "raw.block_insert.8.rate",
        .goal = Goal::at_least,
        .bound = 0.9},
    Aim{.work = "insert in a transaction, 64 clients / better raw",
        .figure = "odbc.insert.64.rate",
        .reference = "raw.poll_insert.64.rate",
        .other_reference = "raw.block_insert.64.rate",
        .goal = Goal::at_least,
        .bound = 0.9},
    Aim{.work = "… the slowest thousandth, ms", .figure = "odbc.insert.64.slow"},
    Aim{.work = "… of raw polling, ms", .figure = "raw.poll_insert.64.slow"},
    Aim{.work = "… of raw blocking, ms", .figure = "raw.block_insert.64.slow"},
    Aim{.work = "array insert of 100k rows × 2 / raw multi-row",
        .figure = "odbc.array.rate",
        .reference = "raw.array.rate",
        .goal = Goal::at_least,
        .bound = 0.7},
    Aim{.work = "array insert / row by row, autocommit",
        .figure = "odbc.array.rate",
        .reference = "odbc.single.rate",
        .goal = Goal::at_least,
        .bound = 100},
    Aim{.work = "1 GB forward-only: memory grows by MB",
        .figure = "odbc.grown",
        .goal = Goal::at_most,
        .bound = 16},
    Aim{.work = "connect: round trips",
        .figure = "odbc.connect.trips",
        .goal = Goal::at_most,
        .bound = 2},
    Aim{.work = "connect: time / raw connect",
        .figure = "raw.connect.rate",
        .reference = "odbc.connect.rate",
        .goal = Goal::at_most,
        .bound = 1.2,
        .shown = "odbc.connect.rate"},
    Aim{.work = "… of the driver alone, without driver manager",
        .figure = "raw.connect.rate",
        .reference = "odbc.alone.rate",
        .shown = "odbc.alone.rate"},
    Aim{.work = "python dqlite-dbapi: fetch",
        .figure = "odbc.block.rate",
        .reference = "dbapi.block.rate",
        .goal = Goal::at_least,
        .bound = 10,
        .bound_since_1_18 = 3.5},
    Aim{.work = "… its CPU a row / ours",
        .figure = "dbapi.block.cpu",
        .reference = "odbc.block.cpu",
        .goal = Goal::at_least,
        .bound = 20,
        .shown = "dbapi.block.rate"},
    Aim{.work = "… point select",
        .figure = "odbc.select.1.rate",
        .reference = "dbapi.select.1.rate",
        .goal = Goal::at_least,
        .bound = 6},
    Aim{.work = "… bulk insert",
        .figure = "odbc.array.rate",
        .reference = "dbapi.array.rate",
        .goal = Goal::at_least,
        .bound = 100},
    Aim{.work = "… connect",
        .figure = "odbc.connect.rate",
        .reference = "dbapi.connect.rate",
        .goal = Goal::at_least,
        .bound = 4},
};

}  // namespace

double Aim::bound_on(std::string_view server) const noexcept {
    return bound_since_1_18 > 0 && server != "debian12" ? bound_since_1_18 : bound;
}

bool Aim::met(double value, std::string_view server) const noexcept {
    return goal == Goal::at_least ? value >= bound_on(server) : value <= bound_on(server);
}

std::span<const Aim> all_aims() noexcept {
    return aims;
}

std::optional<Spread> reached(const Samples& samples, const Aim& aim, std::string_view server) {
    const auto* const values = samples.find(server, aim.figure);
    if (values == nullptr) return std::nullopt;
    if (aim.reference.empty()) return Spread::of(*values);
    const auto* const references = samples.find(server, aim.reference);
    if (references == nullptr) return std::nullopt;
    const auto* const others = samples.find(server, aim.other_reference);

    // Round by round: what disturbs one round disturbs both sides of its ratio.
    std::vector<double> ratios;
    for (std::size_t round = 0; round < std::min(values->size(), references->size()); ++round) {
        double reference = (*references)[round];
        if (others != nullptr && round < others->size()) {
            reference = std::max(reference, (*others)[round]);
        }
        ratios.push_back((*values)[round] / reference);
    }
    return Spread::of(std::move(ratios));
}

}  // namespace dqlite::bench
