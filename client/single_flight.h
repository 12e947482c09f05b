// One search at a time for all who look for the same: the others wait for its outcome. Nobody
// depends on the one who searches: a search that is given up has no outcome, and one that takes too
// long is waited for no longer.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "client/error.h"

namespace dqlite::client {

class SingleFlight {
  public:
    enum class State : std::uint8_t {
        under_way,
        given_up,
        succeeded,
        failed,
    };
    struct Outcome {
        State state = State::under_way;
        Error error{};  ///< of State::failed
    };

    /// A part in the search for `key`: of the one who makes it, or of one who waits for it.
    class Part {
      public:
        Part(SingleFlight& flights, const std::string& key);
        /// A search that told nothing is given up.
        ~Part() { tell({.state = State::given_up}); }
        Part(const Part&) = delete;
        Part& operator=(const Part&) = delete;

        /// Whether it is this one who searches.
        [[nodiscard]] bool searches() const noexcept { return searches_; }
        /// The end of the search, for those who wait. Only the first counts.
        void tell(Outcome outcome);
        [[nodiscard]] Outcome outcome() const;

      private:
        SingleFlight& flights_;
        std::string key_;
        std::shared_ptr<Outcome> outcome_;  // under the lock of flights_
        bool searches_ = false;
    };

  private:
    std::mutex mutex_;
    std::map<std::string, std::shared_ptr<Outcome>> under_way_;
};

}  // namespace dqlite::client
