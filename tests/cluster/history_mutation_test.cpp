// Long random histories that are right, and each kind of wrong put into them at a random place: the
// checker accepts the first and never the second.
#include <algorithm>
#include <array>

#include <gtest/gtest.h>

#include "tests/cluster/history.h"
#include "tests/support/seed.h"

namespace dqlite::test {
namespace {

constexpr std::size_t clients = 8;
constexpr std::size_t steps = 400;
constexpr std::size_t rounds = 50;

/// A run as a database without faults would have it: one thing after another.
struct Simulated {
    std::vector<ClientHistory> histories{clients};
    FinalState left{.entries = {},
                    .values = std::vector<std::int64_t>(registers, 0),
                    .balances = std::vector<std::int64_t>(accounts, opening_balance)};

    [[nodiscard]] std::vector<std::string> complaints() const { return check(histories, left); }
};

void apply(Simulated& run, std::int64_t token, Random& random) {
    Entry entry{.id = static_cast<std::int64_t>(run.left.entries.size()) + 1, .token = token};
    if (random.one_in(2)) {
        entry.reg = random.below(registers) + 1;
        entry.value = ++run.left.values[entry.reg - 1];
        entry.source = random.below(accounts) + 1;
        entry.target = random.below(accounts) + 1;
        entry.amount = static_cast<std::int64_t>(random.below(100)) + 1;
        run.left.balances[entry.source - 1] -= entry.amount;
        run.left.balances[entry.target - 1] += entry.amount;
    }
    run.left.entries.push_back(entry);
}

void read(const Simulated& run, ClientHistory& client, Clock::time_point now) {
    Read read{.entries = static_cast<std::int64_t>(run.left.entries.size()),
              .total = static_cast<std::int64_t>(accounts) * opening_balance,
              .returned = now};
    std::copy(run.left.values.begin(), run.left.values.end(), read.values.begin());
    client.reads.push_back(read);
}

Simulated simulate(Random& random) {
    Simulated run;
    for (std::size_t step = 0; step < steps; ++step) {
        ClientHistory& client = run.histories[random.below(clients)];
        const auto now = Clock::time_point{} + std::chrono::seconds{step};
        if (random.one_in(4)) {
            read(run, client, now);
            continue;
        }
        const Told told = random.pick(
            std::array{Told::success, Told::success, Told::success, Told::failure, Told::unknown});
        const auto token = static_cast<std::int64_t>(step);
        if (told == Told::success || (told == Told::unknown && random.one_in(2))) {
            apply(run, token, random);
        }
        client.writes.push_back({.token = token, .told = told, .returned = now});
    }
    return run;
}

Write& write_told(Simulated& run, Told told, Random& random) {
    std::vector<Write*> those;
    for (ClientHistory& client : run.histories) {
        for (Write& write : client.writes) {
            if (write.told == told) those.push_back(&write);
        }
    }
    return *random.pick(those);
}

Read& any_read(Simulated& run, Random& random) {
    std::vector<Read*> all;
    for (ClientHistory& client : run.histories) {
        for (Read& read : client.reads) all.push_back(&read);
    }
    return *random.pick(all);
}

/// Tables whose ids have no gap, so that only the tokens tell.
void number_again(FinalState& left) {
    for (std::size_t i = 0; i < left.entries.size(); ++i) {
        left.entries[i].id = static_cast<std::int64_t>(i) + 1;
    }
}

void lose_an_acknowledged_write(Simulated& run, Random& random) {
    const std::int64_t token = write_told(run, Told::success, random).token;
    std::erase_if(run.left.entries, [&](const Entry& entry) { return entry.token == token; });
    number_again(run.left);
}

void double_a_write(Simulated& run, Random& random) {
    const std::int64_t token = write_told(run, Told::success, random).token;
    run.left.entries.push_back({.token = token});
    number_again(run.left);
}

void apply_what_failed(Simulated& run, Random& random) {
    const std::int64_t token = write_told(run, Told::failure, random).token;
    run.left.entries.push_back({.token = token});
    number_again(run.left);
}

void tell_a_failure_of_what_was_applied(Simulated& run, Random& random) {
    write_told(run, Told::success, random).told = Told::failure;
}

void write_what_nobody_wrote(Simulated& run, Random& random) {
    run.left.entries[random.below(run.left.entries.size())].token = steps;
}

void lose_an_update(Simulated& run, Random& random) {
    std::vector<Entry*> updates;
    for (Entry& entry : run.left.entries) {
        if (entry.reg != 0) updates.push_back(&entry);
    }
    --random.pick(updates)->value;
}

void keep_an_update_of_no_entry(Simulated& run, Random& random) {
    ++run.left.values[random.below(registers)];
}

void make_money(Simulated& run, Random& random) {
    ++run.left.balances[random.below(accounts)];
}

void see_a_transfer_in_the_middle(Simulated& run, Random& random) {
    --any_read(run, random).total;
}

void see_an_uncommitted_register(Simulated& run, Random& random) {
    ++any_read(run, random).values[random.below(registers)];
}

void see_a_commit_without_its_registers(Simulated& run, Random& random) {
    // The state before any: a snapshot, but of another commit than the one it names.
    Read* changed = &any_read(run, random);
    while (changed->values == decltype(changed->values){}) changed = &any_read(run, random);
    changed->values = {};
}

void see_the_future(Simulated& run, Random& random) {
    any_read(run, random).entries = static_cast<std::int64_t>(run.left.entries.size()) + 1;
}

/// A whole snapshot, but one from before what its client has seen.
void go_back_in_time(Simulated& run, Random& random) {
    ClientHistory* client = nullptr;
    while (client == nullptr || client->reads.size() < 2 ||
           (client->reads.end() - 2)->entries == 0) {
        client = &run.histories[random.below(clients)];
    }
    client->reads.back().entries = 0;
    client->reads.back().values = {};
}

struct Mutation {
    const char* name;
    void (*make)(Simulated&, Random&);
};

constexpr std::array mutations{
    Mutation{"LoseAnAcknowledgedWrite", lose_an_acknowledged_write},
    Mutation{"DoubleAWrite", double_a_write},
    Mutation{"ApplyWhatFailed", apply_what_failed},
    Mutation{"TellAFailureOfWhatWasApplied", tell_a_failure_of_what_was_applied},
    Mutation{"WriteWhatNobodyWrote", write_what_nobody_wrote},
    Mutation{"LoseAnUpdate", lose_an_update},
    Mutation{"KeepAnUpdateOfNoEntry", keep_an_update_of_no_entry},
    Mutation{"MakeMoney", make_money},
    Mutation{"SeeATransferInTheMiddle", see_a_transfer_in_the_middle},
    Mutation{"SeeAnUncommittedRegister", see_an_uncommitted_register},
    Mutation{"SeeACommitWithoutItsRegisters", see_a_commit_without_its_registers},
    Mutation{"SeeTheFuture", see_the_future},
    Mutation{"GoBackInTime", go_back_in_time},
};

class MutatedHistory : public ::testing::TestWithParam<Mutation> {};
INSTANTIATE_TEST_SUITE_P(To, MutatedHistory, ::testing::ValuesIn(mutations),
                         [](const auto& mutation) { return std::string{mutation.param.name}; });

TEST_P(MutatedHistory, IsNeverAccepted) {
    for (std::size_t round = 0; round < rounds; ++round) {
        Random random;
        Simulated run = simulate(random);
        ASSERT_EQ(run.complaints(), std::vector<std::string>{}) << "as it was";
        GetParam().make(run, random);
        ASSERT_NE(run.complaints().size(), 0U);
    }
}

}  // namespace
}  // namespace dqlite::test
