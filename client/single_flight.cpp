#include "client/single_flight.h"

#include <utility>

namespace dqlite::client {

SingleFlight::Part::Part(SingleFlight& flights, const std::string& key)
    : flights_{flights}, key_{key} {
    const std::lock_guard lock{flights_.mutex_};
    auto& under_way = flights_.under_way_[key_];
    searches_ = under_way == nullptr;
    if (searches_) under_way = std::make_shared<Outcome>();
    outcome_ = under_way;
}

void SingleFlight::Part::tell(Outcome outcome) {
    const std::lock_guard lock{flights_.mutex_};
    if (!searches_ || outcome_->state != State::under_way) return;
    *outcome_ = std::move(outcome);
    flights_.under_way_.erase(key_);
}

SingleFlight::Outcome SingleFlight::Part::outcome() const {
    const std::lock_guard lock{flights_.mutex_};
    return *outcome_;
}

}  // namespace dqlite::client
