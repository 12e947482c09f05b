#include "tests/cluster/history.h"

#include <algorithm>
#include <map>
#include <numeric>

#include <fmt/format.h>

namespace dqlite::test {
namespace {

using Values = std::array<std::int64_t, registers>;
using Complaints = std::vector<std::string>;

/// The registers after each commit; [0] is the beginning. Complains of entries that do not follow
/// from those before.
std::vector<Values> replay(const FinalState& left, Complaints& complaints) {
    std::vector<Values> states{Values{}};
    std::vector<std::int64_t> balances(accounts, opening_balance);
    for (const Entry& entry : left.entries) {
        if (entry.id != static_cast<std::int64_t>(states.size())) {
            complaints.push_back(fmt::format("entry {} where {} is due", entry.id, states.size()));
        }
        Values values = states.back();
        if (entry.reg != 0 && ++values[entry.reg - 1] != entry.value) {
            complaints.push_back(fmt::format("entry {} wrote {} to register {}, which was {}",
                                             entry.id, entry.value, entry.reg,
                                             values[entry.reg - 1] - 1));
        }
        if (entry.source != 0) {
            balances[entry.source - 1] -= entry.amount;
            balances[entry.target - 1] += entry.amount;
        }
        states.push_back(values);
    }
    if (!std::equal(left.values.begin(), left.values.end(), states.back().begin(),
                    states.back().end())) {
        complaints.emplace_back("the registers are not what the entries make them");
    }
    if (left.balances != balances) {
        complaints.emplace_back("the balances are not what the entries make them");
    }
    return states;
}

struct Attempts {
    std::size_t acknowledged = 0;
    std::size_t unknown = 0;
};

void check_tokens(const std::vector<ClientHistory>& clients, const FinalState& left,
                  Complaints& complaints) {
    std::map<std::int64_t, std::size_t> found;
    for (const Entry& entry : left.entries) ++found[entry.token];
    std::map<std::int64_t, Attempts> tried;
    for (const ClientHistory& client : clients) {
        for (const Write& write : client.writes) {
            Attempts& attempts = tried[write.token];
            attempts.acknowledged += write.told == Told::success ? 1 : 0;
            attempts.unknown += write.told == Told::unknown ? 1 : 0;
        }
    }
    for (const auto& [token, attempts] : tried) {
        const auto at = found.find(token);
        const std::size_t times = at == found.end() ? 0 : at->second;
        if (times < attempts.acknowledged) {
            complaints.push_back(fmt::format("token {} was acknowledged and is lost", token));
        }
        if (times > attempts.acknowledged + attempts.unknown) {
            complaints.push_back(
                fmt::format("token {} is there {} times, acknowledged {} times, unknown {} times",
                            token, times, attempts.acknowledged, attempts.unknown));
        }
    }
    for (const auto& [token, times] : found) {
        if (tried.count(token) == 0) {
            complaints.push_back(fmt::format("token {} was never written", token));
        }
    }
}

/// Each read is one state, no client goes back in time, and each sees its own writes.
void check_reads(const ClientHistory& client, const std::vector<Values>& states,
                 const std::map<std::int64_t, std::int64_t>& id_of, Complaints& complaints) {
    std::int64_t seen = 0;
    auto write = client.writes.begin();
    for (const Read& read : client.reads) {
        for (; write != client.writes.end() && write->returned < read.returned; ++write) {
            const auto at = id_of.find(write->token);
            if (write->told == Told::success && at != id_of.end()) {
                seen = std::max(seen, at->second);
            }
        }
        if (read.entries < seen) {
            complaints.push_back(
                fmt::format("a client that had seen commit {} read commit {}", seen, read.entries));
        }
        seen = read.entries;
        const auto state = static_cast<std::size_t>(read.entries);
        if (state >= states.size() || states[state] != read.values) {
            complaints.push_back(
                fmt::format("a read at commit {} saw registers of another", read.entries));
        }
        if (read.total != static_cast<std::int64_t>(accounts) * opening_balance) {
            complaints.push_back(fmt::format("a read saw a total of {}", read.total));
        }
    }
}

}  // namespace

Complaints check(const std::vector<ClientHistory>& clients, const FinalState& left) {
    Complaints complaints;
    const std::vector<Values> states = replay(left, complaints);
    check_tokens(clients, left, complaints);
    std::map<std::int64_t, std::int64_t> id_of;
    for (const Entry& entry : left.entries) id_of[entry.token] = entry.id;
    for (const ClientHistory& client : clients) {
        check_reads(client, states, id_of, complaints);
        complaints.insert(complaints.end(), client.surprises.begin(), client.surprises.end());
    }
    return complaints;
}

Figures count(const std::vector<ClientHistory>& clients, const FinalState& left,
              const std::vector<Clock::time_point>& faults) {
    Figures figures;
    std::vector<Clock::time_point> acknowledged;
    std::map<std::int64_t, bool> present;
    for (const Entry& entry : left.entries) present[entry.token] = true;
    for (const ClientHistory& client : clients) {
        figures.reads += client.reads.size();
        for (const Write& write : client.writes) {
            figures.retried += write.again ? 1 : 0;
            switch (write.told) {
                case Told::success:
                    acknowledged.push_back(write.returned);
                    break;
                case Told::failure:
                    ++figures.failed;
                    break;
                case Told::unknown:
                    ++figures.unknown;
                    figures.unknown_applied += present.count(write.token);
                    break;
            }
        }
    }
    figures.acknowledged = acknowledged.size();
    std::sort(acknowledged.begin(), acknowledged.end());
    for (std::size_t i = 0; i < faults.size(); ++i) {
        const auto until = i + 1 < faults.size() ? faults[i + 1] : Clock::time_point::max();
        Clock::duration longest{};
        auto last = faults[i];
        for (auto at = std::upper_bound(acknowledged.begin(), acknowledged.end(), faults[i]);
             at != acknowledged.end() && last < until; ++at) {
            longest = std::max(longest, std::min(*at, until) - last);
            last = *at;
        }
        figures.without_service += longest;
        figures.longest_gap = std::max(figures.longest_gap, longest);
    }
    return figures;
}

}  // namespace dqlite::test
