// The segments that a MANIFEST file has described: the reader's table and the writer's memory of
// it.
//
// Owns: how a segment is described once and named by id ever after. Does not own: who lists it.
// A segment that only serves as a holder is described without its own uses ("holder only"), so that
// a checkpoint does not drag in the ancestors of its ancestors.
#ifndef ASHLAR_SRC_MANIFEST_SEGMENT_TABLE_H_
#define ASHLAR_SRC_MANIFEST_SEGMENT_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "src/base/coding.h"
#include "src/manifest/field_reader.h"
#include "src/manifest/manifest.h"

namespace ashlar::manifest {

// Values reach disk: never renumber.
enum class SegmentForm : uint8_t { kWhole = 1, kHolderOnly = 2 };

struct DescribedSegment {
  std::shared_ptr<const SegmentMeta> meta;
  SegmentForm form = SegmentForm::kWhole;
};

// The writer's side: what a reader of the file knows already.
class KnownSegments {
 public:
  [[nodiscard]] bool Knows(uint64_t id, SegmentForm form) const;
  void Add(const std::vector<DescribedSegment>& segments);

 private:
  absl::flat_hash_map<uint64_t, SegmentForm> forms_;
};

// Gathers, in the order of their ids, the segments that must be described before `listed` can be
// named.
class DescriptionList {
 public:
  explicit DescriptionList(const KnownSegments& known) : known_(known) {}
  void AddListed(const std::shared_ptr<const SegmentMeta>& meta);
  [[nodiscard]] std::vector<DescribedSegment> Finish() &&;

 private:
  void Add(const std::shared_ptr<const SegmentMeta>& meta, SegmentForm form);

  const KnownSegments& known_;
  absl::flat_hash_map<uint64_t, DescribedSegment> wanted_;
};

void EncodeSegments(const std::vector<DescribedSegment>& segments, base::ByteWriter& out);

// The reader's side. Failures go through the reader's Fail().
class SegmentTable {
 public:
  // Reads what EncodeSegments() wrote and adds it. A segment described again must be the same; its
  // uses may be added to a holder.
  void Decode(FieldReader& in);
  // Null after a failure: the id is not described in the form that is asked for.
  [[nodiscard]] std::shared_ptr<const SegmentMeta> FindWhole(uint64_t id, FieldReader& in);
  [[nodiscard]] std::shared_ptr<const SegmentMeta> FindHolder(uint64_t id, FieldReader& in);

 private:
  struct Row {
    uint64_t id = 0;
    std::shared_ptr<const SegmentMeta> whole;
    std::shared_ptr<const SegmentMeta> holder;  // made at first use when `whole` has uses
  };

  [[nodiscard]] Row* Find(uint64_t id);
  void DecodeUses(FieldReader& in, SegmentMeta& meta);
  void Insert(std::shared_ptr<const SegmentMeta> meta, SegmentForm form, FieldReader& in);

  std::vector<Row> rows_;  // ascending ids
  size_t hint_ = 0;        // lists mostly name one id after another
};

}  // namespace ashlar::manifest

#endif  // ASHLAR_SRC_MANIFEST_SEGMENT_TABLE_H_
