#include "tests/bench/report.h"

#include <vector>

#include <fmt/format.h>

#include "tests/bench/aims.h"
#include "tests/bench/parties.h"

namespace dqlite::bench {
namespace {

std::string ratio(double value) {
    if (value >= 100) return fmt::format("{:.0f}", value);
    return fmt::format("{:.{}f}", value, value >= 10 ? 1 : 2);
}

std::string goal_of(const Aim& aim) {
    if (aim.goal == Aim::Goal::none) return {};
    const char* const sign = aim.goal == Aim::Goal::at_least ? "≥" : "≤";
    if (aim.bound_since_1_18 > 0) {
        return fmt::format("{} {}; 1.18: {}", sign, aim.bound, aim.bound_since_1_18);
    }
    return fmt::format("{} {}", sign, aim.bound);
}

std::string cell(const Samples& samples, const Aim& aim, std::string_view server) {
    const auto spread = reached(samples, aim, server);
    if (!spread) return "not measured";
    std::string text = ratio(spread->median);
    if (aim.goal != Aim::Goal::none) {
        text += aim.met(spread->median, server) ? " met" : " **missed**";
    }
    if (spread->lowest < spread->highest) {
        text += fmt::format(" ({}–{})", ratio(spread->lowest), ratio(spread->highest));
    }
    if (aim.reference.empty()) return text;
    const auto shown = samples.spread(server, aim.shown.empty() ? aim.figure : aim.shown);
    return shown ? fmt::format("{}, {}/s", text, short_number(shown->median)) : text;
}

std::string aims_table(const Samples& samples) {
    std::vector<Party> measured;
    for (const auto& server : dqlite_servers) {
        if (samples.find(server.name, "raw.block.rate") != nullptr) measured.push_back(server);
    }
    std::string out = "| work | aim |";
    std::string rule = "\n|---|---|";
    for (const auto& server : measured) {
        out += fmt::format(" {} |", server.title);
        rule += "---|";
    }
    out += rule + '\n';
    for (const auto& aim : all_aims()) {
        out += fmt::format("| {} | {} |", aim.work, goal_of(aim));
        for (const auto& server : measured) {
            out += fmt::format(" {} |", cell(samples, aim, server.name));
        }
        out += '\n';
    }
    return out;
}

std::string number(const Samples& samples, const std::string& prefix, std::string_view figure) {
    const auto spread = samples.spread(prefix, figure);
    return spread ? short_number(spread->median) : "–";
}

/// Raw frames are told by the better of the two ways of waiting.
std::string clients(const Samples& samples, const std::string& prefix, std::string_view work) {
    std::string out;
    for (const int count : {1, 8, 64}) {
        auto rate = samples.spread(prefix, fmt::format("{}.{}.rate", work, count));
        for (const char* const wait : {"poll_", "block_"}) {
            const auto raw = samples.spread(prefix, fmt::format("{}{}.{}.rate", wait, work, count));
            if (raw && (!rate || raw->median > rate->median)) rate = raw;
        }
        out +=
            fmt::format("{}{}", out.empty() ? "" : " / ", rate ? short_number(rate->median) : "–");
    }
    return out;
}

std::string peer_row(const Samples& samples, const std::string& prefix, std::string_view title) {
    std::string trips;
    for (const char* const work : {"connect", "select", "insert"}) {
        const auto count = samples.spread(prefix, fmt::format("{}.trips", work));
        trips += fmt::format("{}{}", trips.empty() ? "" : " / ",
                             count ? fmt::format("{:.3g}", count->median) : "–");
    }
    return fmt::format("| {} | {} | {} | {} | {} | {} | {} | {} | {} |\n", title,
                       number(samples, prefix, "block.rate"), number(samples, prefix, "block.cpu"),
                       number(samples, prefix, "peak"), clients(samples, prefix, "select"),
                       clients(samples, prefix, "insert"), number(samples, prefix, "array.rate"),
                       number(samples, prefix, "connect.rate"), trips);
}

/// A peer that is not there is named all the same.
std::string absent_row(std::string_view title, std::string_view name, const Reasons& absent) {
    const auto reason = absent.find(std::string{name});
    return fmt::format("| {} | not measured: {} | | | | | | | |\n", title,
                       reason == absent.end() ? "left out of this run" : reason->second);
}

std::string peers_table(const Samples& samples, const Reasons& absent) {
    std::string out =
        "| | fetch, rows/s | CPU, ns a value | peak memory, MB | point select/s, 1 / 8 / 64 "
        "clients | "
        "insert in a transaction/s, 1 / 8 / 64 clients | bulk insert, rows/s | connect/s | round "
        "trips: connect / select / insert |\n|---|---|---|---|---|---|---|---|---|\n";
    for (const auto& client : dqlite_clients) {
        bool any = false;
        for (const auto& server : dqlite_servers) {
            const auto prefix = fmt::format("{}.{}", server.name, client.name);
            if (samples.find(prefix, "block.rate") == nullptr) continue;
            out += peer_row(samples, prefix, fmt::format("{}, {}", client.title, server.title));
            any = true;
        }
        if (!any) out += absent_row(client.title, client.name, absent);
    }
    for (const auto& database : other_databases) {
        const auto prefix = fmt::format("local.{}", database.name);
        out += samples.find(prefix, "block.rate") != nullptr
                   ? peer_row(samples, prefix, database.title)
                   : absent_row(database.title, database.name, absent);
    }
    return out;
}

}  // namespace

std::string short_number(double value) {
    if (value >= 1e6) return fmt::format("{:.2f}M", value / 1e6);
    if (value >= 1e4) return fmt::format("{:.0f}k", value / 1e3);
    if (value >= 1e3) return fmt::format("{:.1f}k", value / 1e3);
    return fmt::format("{:.{}f}", value, value >= 100 ? 0 : 1);
}

std::string report(const Samples& samples, const Reasons& absent) {
    return aims_table(samples) + "\n" + peers_table(samples, absent);
}

}  // namespace dqlite::bench
