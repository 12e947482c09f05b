#include "client/rows.h"

#include <fmt/format.h>

#include "client/row_source.h"

namespace dqlite::client {
namespace {

/// A frame made on this side.
class MemorySource final : public RowSource {
  public:
    explicit MemorySource(wire::Buffer frame) : bytes_{std::move(frame)} {
        std::size_t size = 0;
        error_ = wire::parse_frame(wire::Bytes{bytes_}, limits_, frame_, size);
    }

    Result<std::optional<wire::Frame>> next_frame() override {
        if (error_ != wire::Errc::ok) return fail(reject(wire::message(error_)));
        if (std::exchange(given_, true)) return std::nullopt;
        return frame_;
    }
    const wire::Frame& current() const noexcept override { return frame_; }
    Error reject(std::string_view why) override {
        return {.kind = ErrorKind::protocol,
                .message = fmt::format("not a frame of rows: {}", why)};
    }
    const wire::Limits& limits() const noexcept override { return limits_; }

  private:
    wire::Limits limits_{.max_body = ~std::size_t{0}};
    wire::Buffer bytes_;
    wire::Frame frame_;
    wire::Errc error_ = wire::Errc::ok;
    bool given_ = false;
};

}  // namespace

RowStream::RowStream(std::unique_ptr<RowSource> source) : source_{std::move(source)} {
    source_->listen([this] { reopen_moved_frame(); });
    if (!next_frame()) return;
    names_.assign(cursor_.column_names().begin(), cursor_.column_names().end());
    values_.resize(names_.size());
}

RowStream::~RowStream() {
    close();
}

std::unique_ptr<RowStream> RowStream::from_frame(wire::Buffer frame) {
    return std::make_unique<RowStream>(std::make_unique<MemorySource>(std::move(frame)));
}

RowStream::Step RowStream::give_up(Error error) {
    error_ = std::move(error);
    failed_ = true;
    close();
    return Step::failed;
}

// By far the most calls give a row that is here: they go through nothing else.
RowStream::Step RowStream::next() {
    while (!failed_ && !ended_) {
        const auto read = cursor_.next(values_);
        if (read == wire::RowsCursor::Step::row) return count_row();
        if (const auto step = end_of_frame(read)) return *step;
        (void)next_frame();  // what comes of it, the next round tells
    }
    return failed_ ? Step::failed : Step::end;
}

std::optional<RowStream::Step> RowStream::next_here() {
    if (failed_) return Step::failed;
    if (ended_) return Step::end;
    const auto read = cursor_.next(values_);
    if (read == wire::RowsCursor::Step::row) return count_row();
    return end_of_frame(read);
}

// Nothing where the result goes on in another frame.
std::optional<RowStream::Step> RowStream::end_of_frame(wire::RowsCursor::Step read) {
    if (read == wire::RowsCursor::Step::done) {
        ended_ = true;
        return Step::end;
    }
    if (read == wire::RowsCursor::Step::malformed) {
        return give_up(source_->reject(wire::message(cursor_.error())));
    }
    // Some results make a server send such bodies for ever.
    if (cursor_.rows_read() == 0) {
        return give_up(source_->reject("a part of a result without rows"));
    }
    return std::nullopt;
}

RowStream::Step RowStream::count_row() {
    ++row_number_;
    const std::uint64_t cap = source_->max_rows();
    if (cap != 0 && row_number_ > cap) {
        return give_up(
            {.kind = ErrorKind::limit,
             .message = fmt::format("the result has more than the {} rows allowed", cap)});
    }
    return Step::row;
}

bool RowStream::next_frame() {
    auto frame = source_->next_frame();
    if (!frame) {
        give_up(std::move(frame.error()));
        return false;
    }
    if (!*frame) {
        ended_ = true;
        return false;
    }
    if (const auto error = cursor_.open(**frame, source_->limits()); error != wire::Errc::ok) {
        give_up(source_->reject(wire::message(error)));
        return false;
    }
    if (frames_++ > 0 && cursor_.column_count() != names_.size()) {
        give_up({.kind = ErrorKind::server,
                 .code = 17,  // SQLITE_SCHEMA
                 .message = "the table was altered while its rows were read"});
        return false;
    }
    return true;
}

// The same bytes at another place: the cursor goes over them again, up to the current row.
void RowStream::reopen_moved_frame() {
    const std::size_t rows = cursor_.rows_read();
    if (const auto error = cursor_.open(source_->current(), source_->limits());
        error != wire::Errc::ok) {
        give_up(source_->reject(wire::message(error)));
        return;
    }
    for (std::size_t i = 0; i < rows; ++i) (void)cursor_.next(values_);
    if (const auto remaining = source_->rows_read_out()) {
        total_rows_ = row_number_ - rows + *remaining;
    }
}

std::optional<std::uint64_t> RowStream::row_count() const noexcept {
    if (failed_) return std::nullopt;
    if (ended_ && !closed_) return row_number_;
    if (total_rows_) return total_rows_;
    if (frames_ != 1 || !cursor_.ends_result()) return std::nullopt;
    std::uint64_t rows = 0;
    peek_first_frame([&rows](std::span<const wire::Value>) { ++rows; });
    return rows;
}

void RowStream::peek_first_frame(
    const std::function<void(std::span<const wire::Value>)>& visit) const {
    if (failed_ || frames_ != 1) return;
    wire::RowsCursor cursor;
    if (cursor.open(source_->current(), source_->limits()) != wire::Errc::ok) return;
    std::vector<wire::Value> values(cursor.column_count());
    while (cursor.next(values) == wire::RowsCursor::Step::row) visit(values);
}

Result<void> RowStream::read_out() {
    if (failed_) return fail(error_);
    return source_->read_out();
}

void RowStream::close() noexcept {
    if (std::exchange(closed_, true)) return;
    ended_ = true;
    source_->close();
}

}  // namespace dqlite::client
