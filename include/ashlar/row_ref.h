// RowRef: one row of a dataset, read where it lies.
//
// Owns: access to the values of a row that a get has found. Does not own: the row, unless it was
// pinned. Copying one is cheap; many threads may read one.
#ifndef ASHLAR_ROW_REF_H_
#define ASHLAR_ROW_REF_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "ashlar/column.h"
#include "ashlar/types.h"

namespace ashlar {

// What rows are read from: a batch, and the short way to those of its columns that have one, which
// are plain and without nulls. Made by the store; immutable.
class RowSource : public std::enable_shared_from_this<RowSource> {
 public:
  struct PlainColumn {
    TypeId type = TypeId{};  // none: take the long way
    int32_t stride = 0;      // bytes from row to row, of offsets where there are any
    const std::byte* values = nullptr;
    const std::byte* offsets = nullptr;  // of utf8 and binary
  };

  // `ahead`: the column that gets most likely read first.
  [[nodiscard]] static std::shared_ptr<const RowSource> Make(RecordBatch rows, size_t ahead = 0);

  [[nodiscard]] const RecordBatch& rows() const { return rows_; }
  [[nodiscard]] size_t columns() const { return plain_.size(); }
  [[nodiscard]] const PlainColumn& plain(size_t field) const { return plain_[field]; }
  // What to ask for, of each row, before it is read. Addresses, for hints may be wrong.
  struct Ahead {
    uintptr_t begin = 0;
    uintptr_t stride = 0;
    void Prefetch(uint64_t row) const {
      __builtin_prefetch(reinterpret_cast<const void*>(begin + row * stride));
    }
  };
  [[nodiscard]] const Ahead& ahead() const { return ahead_; }

 private:
  RowSource(RecordBatch rows, size_t ahead);

  const RecordBatch rows_;
  Ahead ahead_;
  std::vector<PlainColumn> plain_;
};

// Borrowed from the Dataset that it was got from, and valid as long as that one or its Snapshot;
// Pin() makes one that stays valid whatever else goes.
class RowRef {
 public:
  RowRef() = default;  // no row; only to be assigned to
  // `*source` outlives it; `row` is one of its rows.
  RowRef(const RowSource* source, int64_t row) : source_(source), row_(row) {}

  [[nodiscard]] RowRef Pin() const {
    RowRef pinned = *this;
    if (source_ != nullptr) pinned.pinned_ = source_->shared_from_this();
    return pinned;
  }

  [[nodiscard]] const Schema& schema() const { return source_->rows().schema(); }
  // Typed access to the value of a field, by its place in the schema; as those of Column.
  [[nodiscard]] bool IsNull(size_t field) const { return column(field).IsNull(row_); }
  [[nodiscard]] bool GetBool(size_t field) const { return column(field).GetBool(row_); }
  [[nodiscard]] int64_t GetInt64(size_t field) const {
    if (plain(field).type == TypeId::kInt64) return LoadPlain<int64_t>(field);
    return column(field).GetInt64(row_);
  }
  [[nodiscard]] uint64_t GetUInt64(size_t field) const {
    if (plain(field).type == TypeId::kUInt64) return LoadPlain<uint64_t>(field);
    return column(field).GetUInt64(row_);
  }
  [[nodiscard]] double GetDouble(size_t field) const {
    if (plain(field).type == TypeId::kFloat64) return LoadPlain<double>(field);
    return column(field).GetDouble(row_);
  }
  [[nodiscard]] std::string_view GetBytes(size_t field) const {
    const RowSource::PlainColumn& from = plain(field);
    if (from.type == TypeId::kFixedSizeBinary) {
      const auto width = static_cast<size_t>(from.stride);
      return {reinterpret_cast<const char*>(from.values) + static_cast<size_t>(row_) * width,
              width};
    }
    if (from.offsets == nullptr) return column(field).GetBytes(row_);
    int32_t ends[2];
    std::memcpy(ends, from.offsets + static_cast<size_t>(row_) * sizeof(int32_t), sizeof(ends));
    return {reinterpret_cast<const char*>(from.values) + ends[0],
            static_cast<size_t>(ends[1] - ends[0])};
  }
  // The row as a batch of one row, zero-copy; for nested values, and to keep or pass on.
  [[nodiscard]] absl::StatusOr<RecordBatch> ToBatch() const {
    return source_->rows().Slice(row_, 1);
  }

 private:
  [[nodiscard]] const Column& column(size_t field) const { return source_->rows().column(field); }
  [[nodiscard]] const RowSource::PlainColumn& plain(size_t field) const {
    return source_->plain(field);
  }
  template <typename T>
  [[nodiscard]] T LoadPlain(size_t field) const {
    T value;
    std::memcpy(&value, plain(field).values + static_cast<size_t>(row_) * sizeof(T), sizeof(T));
    return value;
  }

  const RowSource* source_ = nullptr;
  int64_t row_ = 0;
  std::shared_ptr<const RowSource> pinned_;  // null while it is borrowed
};

}  // namespace ashlar

#endif  // ASHLAR_ROW_REF_H_
