// Three forms of a block, each read and proven in one pass over its bytes.
#include "src/manifest/dead_block_codec.h"

#include <algorithm>
#include <bit>

#include "src/base/bytes.h"
#include "src/base/check.h"
#include "src/base/limits.h"

namespace ashlar::manifest {
namespace {

// Number, form, count and one row at least.
constexpr uint64_t kMinBlockBytes = 5;
constexpr uint64_t kRowBytes = 2;
constexpr uint64_t kRunBytes = 4;

// What decides the form.
struct BlockShape {
  uint64_t rows = 0;  // dead ones
  uint64_t runs = 0;
};

uint64_t BlocksOf(uint64_t segment_rows) {
  return (segment_rows + kDeadBlockRows - 1) / kDeadBlockRows;
}

// Rows of the segment that lie in the block.
uint32_t WidthOf(uint64_t segment_rows, uint64_t number) {
  const uint64_t first = number * kDeadBlockRows;
  ASHLAR_CHECK(first < segment_rows);
  return static_cast<uint32_t>(std::min<uint64_t>(kDeadBlockRows, segment_rows - first));
}

size_t BitmapWords(uint32_t width) { return (size_t{width} + 63) / 64; }

DeadBlockForm SmallestForm(const BlockShape& shape, uint32_t width) {
  const uint64_t rows_bytes = kRowBytes * shape.rows;
  const uint64_t bitmap_bytes = sizeof(uint64_t) * BitmapWords(width);
  const uint64_t runs_bytes = kRunBytes * shape.runs;
  if (rows_bytes <= bitmap_bytes && rows_bytes <= runs_bytes) return DeadBlockForm::kRows;
  return bitmap_bytes <= runs_bytes ? DeadBlockForm::kBitmap : DeadBlockForm::kRuns;
}

BlockShape ShapeOf(std::span<const uint64_t> words) {
  BlockShape shape;
  uint64_t carry = 0;
  for (const uint64_t word : words) {
    shape.rows += static_cast<uint64_t>(std::popcount(word));
    shape.runs += static_cast<uint64_t>(std::popcount(word & ~(word << 1 | carry)));
    carry = word >> 63;
  }
  return shape;
}

void EncodeRuns(std::span<const uint64_t> words, uint64_t runs, base::ByteWriter& out) {
  out.PutVarint64(runs);
  uint32_t first = 0;
  uint32_t end = 0;  // of the run at hand; 0: none yet
  const auto put = [&] {
    out.PutU16(static_cast<uint16_t>(first));
    out.PutU16(static_cast<uint16_t>(end - 1 - first));
  };
  ForEachDead(words, [&](uint32_t row) {
    if (end != 0 && row != end) put();
    if (end == 0 || row != end) first = row;
    end = row + 1;
  });
  ASHLAR_CHECK(end != 0);
  put();
}

void EncodeBlock(const DeadWords& all, uint32_t width, base::ByteWriter& out) {
  const std::span<const uint64_t> words = std::span(all).first(BitmapWords(width));
  const BlockShape shape = ShapeOf(words);
  ASHLAR_CHECK(shape.rows > 0 && shape.rows <= width);
  const DeadBlockForm form = SmallestForm(shape, width);
  out.PutU8(static_cast<uint8_t>(form));
  if (form == DeadBlockForm::kBitmap) {
    out.PutBytes(base::AsBytes(words));
  } else if (form == DeadBlockForm::kRuns) {
    EncodeRuns(words, shape.runs, out);
  } else {
    out.PutVarint64(shape.rows);
    ForEachDead(words, [&](uint32_t row) { out.PutU16(static_cast<uint16_t>(row)); });
  }
}

// Each reader proves that what it reads is canonical, and then sets the bits of the dead rows in
// `words` unless that is null.
BlockShape ReadRows(base::ByteReader& in, uint32_t width, DeadWords* words) {
  BlockShape shape;
  shape.rows = in.ReadCount(width, kRowBytes);
  const std::span<const std::byte> bytes = in.ReadBytes(shape.rows * kRowBytes);
  bool ascends = true;
  int64_t last = -2;  // no row follows it
  for (size_t at = 0; at < bytes.size(); at += kRowBytes) {
    const int64_t row = base::LoadLittle<uint16_t>(bytes.data() + at);
    ascends &= row > last;
    shape.runs += row != last + 1 ? 1 : 0;
    last = row;
  }
  if (!ascends) in.Fail("dead rows do not ascend");
  if (last >= int64_t{width}) in.Fail("a dead row behind the end of its segment");
  if (!in.ok() || words == nullptr) return shape;
  for (size_t at = 0; at < bytes.size(); at += kRowBytes) {
    const uint32_t row = base::LoadLittle<uint16_t>(bytes.data() + at);
    (*words)[row / 64] |= uint64_t{1} << (row % 64);
  }
  return shape;
}

BlockShape ReadRuns(base::ByteReader& in, uint32_t width, DeadWords* words) {
  BlockShape shape;
  shape.runs = in.ReadCount(width, kRunBytes);
  const std::span<const std::byte> bytes = in.ReadBytes(shape.runs * kRunBytes);
  uint32_t end = 0;
  for (size_t at = 0; at < bytes.size() && in.ok(); at += kRunBytes) {
    const uint32_t first = base::LoadLittle<uint16_t>(bytes.data() + at);
    if (at > 0 && first <= end) in.Fail("runs of dead rows overlap or touch");
    end = first + base::LoadLittle<uint16_t>(bytes.data() + at + 2) + 1;
    if (end > width) in.Fail("a dead row behind the end of its segment");
    shape.rows += end - first;
    if (!in.ok() || words == nullptr) continue;
    for (uint32_t row = first; row < end; ++row) {
      (*words)[row / 64] |= uint64_t{1} << (row % 64);
    }
  }
  return shape;
}

BlockShape ReadBitmap(base::ByteReader& in, uint32_t width, DeadWords* words) {
  DeadWords read{};
  const std::span<const std::byte> bytes = in.ReadBytes(BitmapWords(width) * sizeof(uint64_t));
  std::copy(bytes.begin(), bytes.end(), std::as_writable_bytes(std::span(read)).begin());
  if (width % 64 != 0 && read[width / 64] >> (width % 64) != 0) {
    in.Fail("a dead row behind the end of its segment");
  }
  if (in.ok() && words != nullptr) *words = read;
  return ShapeOf(read);
}

BlockShape ReadBlock(base::ByteReader& in, uint32_t width, DeadWords* words) {
  const auto form = static_cast<DeadBlockForm>(in.ReadU8());
  BlockShape shape;
  switch (form) {
    case DeadBlockForm::kRows:
      shape = ReadRows(in, width, words);
      break;
    case DeadBlockForm::kBitmap:
      shape = ReadBitmap(in, width, words);
      break;
    case DeadBlockForm::kRuns:
      shape = ReadRuns(in, width, words);
      break;
    default:
      in.Fail("unknown form of dead rows");
  }
  if (in.ok() && shape.rows == 0) in.Fail("a block without a dead row");
  if (in.ok() && form != SmallestForm(shape, width)) {
    in.Fail("dead rows are not in their smallest form");
  }
  return shape;
}

// Calls visit(number, words) for each block; `words` is null unless `wanted`. Dead rows in all.
template <typename Visit>
uint64_t ReadBlocks(base::ByteReader& in, uint64_t segment_rows, bool wanted, const Visit& visit) {
  uint64_t dead = 0;
  uint64_t next = 0;
  const uint64_t count = in.ReadCount(BlocksOf(segment_rows), kMinBlockBytes);
  if (in.ok() && count == 0) in.Fail("a deletion vector without a dead row");
  DeadWords words{};
  for (uint64_t i = 0; i < count && in.ok(); ++i) {
    const uint64_t number = in.ReadVarint64();
    if (in.ok() && (number < next || number >= BlocksOf(segment_rows))) {
      in.Fail("blocks of dead rows do not ascend, or lie behind the segment");
    }
    if (!in.ok()) return 0;
    if (wanted) words.fill(0);
    dead += ReadBlock(in, WidthOf(segment_rows, number), wanted ? &words : nullptr).rows;
    if (in.ok()) visit(static_cast<uint32_t>(number), words);
    next = number + 1;
  }
  return in.ok() ? dead : 0;
}

}  // namespace

void EncodeDeadBlocks(uint64_t segment_rows, const DeadBlockList& blocks, base::ByteWriter& out) {
  ASHLAR_CHECK(!blocks.empty());
  out.PutVarint64(blocks.size());
  for (const auto& [number, block] : blocks) {
    DeadWords words{};
    block->AddTo(words);
    out.PutVarint64(number);
    EncodeBlock(words, WidthOf(segment_rows, number), out);
  }
}

uint64_t ProveDeadBlocks(uint64_t segment_rows, base::ByteReader& in) {
  const uint64_t dead =
      ReadBlocks(in, segment_rows, /*wanted=*/false, [](uint32_t, const DeadWords&) {});
  if (in.ok() && in.remaining() != 0) in.Fail("bytes behind the last block of dead rows");
  return in.ok() ? dead : 0;
}

DeadBlockList DecodeDeadBlocks(uint64_t segment_rows, std::span<const std::byte> proven) {
  base::ByteReader in(proven, "deletion vector");
  DeadBlockList blocks;
  ReadBlocks(in, segment_rows, /*wanted=*/true, [&](uint32_t number, const DeadWords& words) {
    blocks.emplace_back(number, std::make_shared<const DeadBlock>(DeadBlock::FromWords(words)));
  });
  ASHLAR_CHECK(in.ok() && in.remaining() == 0);
  return blocks;
}

}  // namespace ashlar::manifest
