#include "client/outcome.h"

#include <gtest/gtest.h>

namespace dqlite::client {
namespace {

struct Case {
    Place place;
    std::uint64_t code;
    std::string_view text;
    ErrorKind kind;
    Outcome outcome;
    Remedy remedy;
};

void PrintTo(const Case& c, std::ostream* out) {
    *out << "place " << static_cast<int>(c.place) << ", code " << c.code << " \"" << c.text << '"';
}

class FailureVerdict : public testing::TestWithParam<Case> {};

TEST_P(FailureVerdict, IsWhatTheDesignSays) {
    const Case& c = GetParam();
    const Verdict verdict = judge_failure(c.place, c.code, c.text);
    EXPECT_EQ(verdict.kind, c.kind);
    EXPECT_EQ(verdict.outcome, c.outcome);
    EXPECT_EQ(verdict.remedy, c.remedy);
}

using enum Place;
using K = ErrorKind;
using O = Outcome;
using R = Remedy;

INSTANTIATE_TEST_SUITE_P(
    NotLeader, FailureVerdict,
    testing::Values(
        Case{read, 10250, "not leader", K::no_leader, O::not_applied, R::reconnect},
        Case{autocommit_write, 10250, "not leader", K::no_leader, O::not_applied, R::reconnect},
        Case{begin, 10250, "not leader", K::no_leader, O::not_applied, R::reconnect},
        Case{in_transaction, 10250, "", K::transaction_lost, O::rolled_back, R::reconnect},
        Case{commit, 10250, "", K::transaction_lost, O::rolled_back, R::reconnect},
        Case{autocommit_write, 8202, "", K::no_leader, O::not_applied, R::reconnect},
        Case{autocommit_write, 12, "no database opened", K::no_leader, O::not_applied,
             R::reconnect},
        Case{read, 12, "no statement with the given id", K::no_leader, O::not_applied,
             R::reconnect},
        Case{autocommit_write, 7, "no more rows available", K::no_leader, O::not_applied,
             R::reconnect},
        Case{autocommit_write, 7, "not an error", K::no_leader, O::not_applied, R::reconnect}));

INSTANTIATE_TEST_SUITE_P(
    LeaderLost, FailureVerdict,
    testing::Values(
        Case{read, 10506, "disk I/O error", K::server, O::not_applied, R::reconnect},
        Case{autocommit_write, 10506, "leadership lost", K::server, O::unknown, R::reconnect},
        Case{commit, 10506, "leadership lost", K::server, O::unknown, R::reconnect},
        Case{commit, 8458, "", K::server, O::unknown, R::reconnect},
        Case{in_transaction, 10506, "", K::transaction_lost, O::rolled_back, R::reconnect},
        Case{read, 9, "interrupted", K::server, O::not_applied, R::reconnect}));

INSTANTIATE_TEST_SUITE_P(
    Busy, FailureVerdict,
    testing::Values(
        Case{read, 5, "database is locked", K::busy, O::not_applied, R::wait},
        Case{autocommit_write, 5, "database is locked", K::busy, O::not_applied, R::wait},
        Case{begin, 5, "database is locked", K::busy, O::not_applied, R::wait},
        Case{rollback, 5, "checkpoint in progress", K::busy, O::not_applied, R::wait},
        Case{commit, 5, "checkpoint in progress", K::busy, O::unknown, R::wait},
        Case{in_transaction, 5, "database is locked", K::busy, O::not_applied, R::wait},
        Case{in_transaction, 517, "database is locked", K::busy, O::rolled_back, R::none},
        Case{autocommit_write, 517, "database is locked", K::busy, O::not_applied, R::wait}));

INSTANTIATE_TEST_SUITE_P(
    OfTheStatement, FailureVerdict,
    testing::Values(
        Case{autocommit_write, 2067, "UNIQUE", K::server, O::not_applied, R::none},
        Case{autocommit_write, 1, "no such table: t", K::server, O::not_applied, R::none},
        Case{autocommit_write, 0, "empty statement", K::server, O::not_applied, R::none},
        Case{autocommit_write, 23, "not authorized", K::server, O::not_applied, R::none},
        Case{autocommit_write, 8, "attempt to write a readonly database", K::server, O::not_applied,
             R::none},
        Case{in_transaction, 787, "FOREIGN KEY", K::server, O::not_applied, R::none},
        Case{commit, 787, "FOREIGN KEY", K::server, O::rolled_back, R::none}));

INSTANTIATE_TEST_SUITE_P(
    Unknown, FailureVerdict,
    testing::Values(
        Case{autocommit_write, 10, "leader exec failed", K::server, O::unknown, R::none},
        Case{autocommit_write, 778, "disk I/O error", K::server, O::unknown, R::none},
        Case{autocommit_write, 4, "", K::server, O::unknown, R::none},
        Case{autocommit_write, 7, "out of memory", K::server, O::unknown, R::none},
        Case{autocommit_write, 9, "", K::server, O::unknown, R::none},
        Case{autocommit_write, 13, "database or disk is full", K::server, O::unknown, R::none},
        // Codes of libraft's that look like SQLite's: no text of SQLite's, no certainty.
        Case{autocommit_write, 8, "leadership lost", K::server, O::unknown, R::none},
        Case{autocommit_write, 18, "io error", K::server, O::unknown, R::none},
        Case{commit, 1001, "", K::server, O::unknown, R::none},
        Case{commit, 266, "disk I/O error", K::server, O::unknown, R::none},
        Case{read, 266, "disk I/O error", K::server, O::not_applied, R::none},
        // dqlite's own codes have no extension: 1043 & 0xFF would be SQLITE_CONSTRAINT.
        Case{autocommit_write, 1002, "not found", K::server, O::unknown, R::none}));

TEST(Loss, IsUnknownOnlyWhereSomethingMayHaveBeenApplied) {
    EXPECT_EQ(judge_loss(read, true), O::not_applied);
    EXPECT_EQ(judge_loss(begin, true), O::not_applied);
    EXPECT_EQ(judge_loss(autocommit_write, false), O::not_applied);
    EXPECT_EQ(judge_loss(autocommit_write, true), O::unknown);
    EXPECT_EQ(judge_loss(in_transaction, true), O::rolled_back);
    EXPECT_EQ(judge_loss(rollback, true), O::rolled_back);
    EXPECT_EQ(judge_loss(commit, false), O::rolled_back);
    EXPECT_EQ(judge_loss(commit, true), O::unknown);
}

TEST(TransactionTexts, NeedTheirCode) {
    EXPECT_TRUE(says_no_transaction(1, "cannot commit - no transaction is active"));
    EXPECT_FALSE(says_no_transaction(5, "no transaction is active"));
    EXPECT_TRUE(says_within_transaction(1, "cannot start a transaction within a transaction"));
    EXPECT_FALSE(says_within_transaction(1, "near \"BEGIN\": syntax error"));
}

}  // namespace
}  // namespace dqlite::client
