// Cursors in row order, helpers ahead of them; see the header.
#include "src/query/stream_run.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/base/executor.h"
#include "src/query/query_stats.h"

namespace ashlar::query {
namespace {

// Batches that a morsel may have waiting before its cursor pauses, and morsels in work a thread.
constexpr size_t kReadyBatches = 2;
constexpr size_t kWindowPerThread = 2;

}  // namespace

struct StreamRun::Gate {
  std::mutex mutex;
  std::condition_variable changed;
  StreamRun* run = nullptr;  // null: closed
  size_t inside = 0;
};

StreamRun::StreamRun(std::shared_ptr<const Source> source, const Stage& stage, BackEnd back_end,
                     const QueryControl* control, size_t threads, size_t first_morsel,
                     uint64_t skip)
    : source_(std::move(source)),
      target_{.scan = {.source = source_.get(),
                       .inputs = &stage.inputs,
                       .conjuncts = &stage.conjuncts,
                       .control = control,
                       .back_end = back_end},
              .stage = &stage},
      threads_(stage.limit == UINT64_MAX && skip == 0 && stage.skip == 0 ? threads : 1),
      skip_(skip + stage.skip),
      left_(stage.limit),
      next_morsel_(first_morsel),
      gate_(std::make_shared<Gate>()) {
  gate_->run = this;
}

StreamRun::~StreamRun() {
  std::unique_lock lock(gate_->mutex);
  gate_->run = nullptr;
  gate_->changed.wait(lock, [this] { return gate_->inside == 0; });
}

absl::StatusOr<bool> StreamRun::Next(RecordBatch* batch) {
  std::unique_lock lock(gate_->mutex);
  while (true) {
    Cursor* const head = left_ > 0 || !window_.empty() ? HeadCursor() : nullptr;
    if (head == nullptr) return false;
    if (!head->ready.empty()) {
      *batch = std::move(head->ready.front());
      head->ready.pop_front();
      InviteHelpers();
      return true;
    }
    if (left_ == 0) return EndEarly();
    if (head->state == State::kDone) {
      if (!head->status.ok()) return head->status;
      window_.pop_front();
    } else if (head->state == State::kIdle) {
      head->state = State::kRunning;
      InviteHelpers();
      lock.unlock();
      RecordBatch made;
      const absl::StatusOr<bool> more = Advance(*head, &made);
      lock.lock();
      Settle(*head, more, std::move(made));
    } else {
      gate_->changed.wait(lock);
    }
  }
}

// The limit is reached: what was begun ends here, and is counted.
bool StreamRun::EndEarly() {
  for (const std::unique_ptr<Cursor>& cursor : window_) {
    if (cursor->stream == nullptr) continue;
    cursor->stream->End();
    cursor->stream->AddTo(&stats_);
  }
  window_.clear();
  return false;
}

StreamRun::Cursor* StreamRun::HeadCursor() {
  if (window_.empty()) {
    if (next_morsel_ >= source_->morsels()) return nullptr;
    window_.push_back(std::make_unique<Cursor>());
    window_.back()->morsel = next_morsel_++;
  }
  return window_.front().get();
}

StreamRun::Cursor* StreamRun::CursorToHelp() {
  while (window_.size() < kWindowPerThread * threads_ && next_morsel_ < source_->morsels()) {
    window_.push_back(std::make_unique<Cursor>());
    window_.back()->morsel = next_morsel_++;
  }
  for (const std::unique_ptr<Cursor>& cursor : window_) {
    if (cursor->state == State::kIdle && cursor->ready.size() < kReadyBatches) return cursor.get();
  }
  return nullptr;
}

absl::StatusOr<bool> StreamRun::Advance(Cursor& cursor, RecordBatch* batch) {
  if (cursor.stream == nullptr) {
    {
      const std::lock_guard lock(gate_->mutex);
      if (!spare_.empty()) {
        cursor.stream = std::move(spare_.back());
        spare_.pop_back();
      }
    }
    if (cursor.stream == nullptr) cursor.stream = std::make_unique<MorselStream>(target_);
    RETURN_IF_ERROR(cursor.stream->Begin(cursor.morsel));
  }
  if (left_ == UINT64_MAX && skip_ == 0) return cursor.stream->Next(nullptr, batch);
  // Only streams of one thread have a window: nobody else moves it.
  RowWindow window{.skip = skip_, .left = left_};
  const absl::StatusOr<bool> more = cursor.stream->Next(&window, batch);
  skip_ = window.skip;
  left_ = window.left;
  return more;
}

// The state changes only here, in one step: from then on the cursor may be another thread's.
void StreamRun::Settle(Cursor& cursor, const absl::StatusOr<bool>& more, RecordBatch batch) {
  ASHLAR_CHECK(cursor.state == State::kRunning);
  if (more.ok() && *more) {
    cursor.ready.push_back(std::move(batch));
    cursor.state = State::kIdle;  // there may be more
  } else {
    cursor.state = State::kDone;
    cursor.status = more.status();
    cursor.stream->End();
    cursor.stream->AddTo(&stats_);
    if (more.ok()) spare_.push_back(std::move(cursor.stream));
    cursor.stream.reset();
  }
  gate_->changed.notify_all();
}

void StreamRun::InviteHelpers() {
  while (helpers_ + 1 < threads_ && CursorToHelp() != nullptr) {
    ++helpers_;
    source_->executor().Schedule([gate = gate_] {
      StreamRun* run = nullptr;
      {
        const std::lock_guard lock(gate->mutex);
        run = gate->run;
        if (run == nullptr) return;
        ++gate->inside;  // from here on the run waits for us
      }
      run->Help();
      const std::lock_guard lock(gate->mutex);
      --gate->inside;
      gate->changed.notify_all();
    });
  }
}

void StreamRun::Help() {
  std::unique_lock lock(gate_->mutex);
  while (gate_->run != nullptr) {
    Cursor* const cursor = CursorToHelp();
    if (cursor == nullptr) break;
    cursor->state = State::kRunning;
    lock.unlock();
    RecordBatch made;
    const absl::StatusOr<bool> more = Advance(*cursor, &made);
    lock.lock();
    Settle(*cursor, more, std::move(made));
  }
  --helpers_;
}

void StreamRun::AddTo(QueryStats* stats) {
  const std::lock_guard lock(gate_->mutex);
  for (const std::unique_ptr<Cursor>& cursor : window_) {
    if (cursor->stream != nullptr && cursor->state != State::kRunning) {
      cursor->stream->AddTo(&stats_);
    }
  }
  AddStats(stats_, stats);
  stats_ = QueryStats();
}

}  // namespace ashlar::query
