// A node that answers everything, and the lies it may tell instead: what tests and fuzzing expect
// of a peer that means harm comes from here, so that both know the same.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "tests/support/fake_server.h"

namespace dqlite::test {

/// A batch of two rows of a number and a text.
void send_row_batch(FakePeer& peer, bool last);

/// An honest node with a table of two rows. What concerns the table "missing" fails. For
/// FakeServer::node.
bool answer_honestly(FakePeer& peer, const FakeRequest& request);

/// One change to one answer.
struct Lie {
    std::size_t answer = 0;  ///< counted from 0 over all connections
    std::size_t at = 0;      ///< byte offset
    std::size_t size = 0;    ///< bytes of `value` to put there, at most 8
    std::uint64_t value = 0;

    /// Does nothing where the answer is too short for it.
    void apply(std::string& bytes) const;
};

/// Every field of answers of these sizes at its extremes.
[[nodiscard]] std::vector<Lie> all_lies(std::span<const std::size_t> answer_sizes);

}  // namespace dqlite::test
