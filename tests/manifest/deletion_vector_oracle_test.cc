// Deletion vectors against CRoaring: random operations, the same answers.
//
// The store itself uses no CRoaring (deletion_vector.h says why); as a judge it is another
// program's opinion, where deletion_vector_test.cc compares with sets.
#include <gtest/gtest.h>
#include <roaring/roaring.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "src/base/bytes.h"
#include "src/base/random.h"
#include "src/manifest/deletion_vector.h"

namespace ashlar::manifest {
namespace {

struct FreeBitmap {
  void operator()(roaring_bitmap_t* bitmap) const { roaring_bitmap_free(bitmap); }
};
using Bitmap = std::unique_ptr<roaring_bitmap_t, FreeBitmap>;

// One set in both forms. Null and empty: a vector is never empty.
struct Pair {
  DeletionVectorPtr vector;
  Bitmap bitmap;
};

std::vector<uint32_t> RowsOf(const roaring_bitmap_t& bitmap) {
  std::vector<uint32_t> rows(roaring_bitmap_get_cardinality(&bitmap));
  roaring_bitmap_to_uint32_array(&bitmap, rows.data());
  return rows;
}

// Rows alone, runs, or nearly all of a block.
Pair RandomPair(uint64_t segment_rows, base::Random& random) {
  Bitmap bitmap(roaring_bitmap_create());
  const uint64_t pieces = 1 + random.Uniform(random.OneIn(3) ? 5'000 : 30);
  const uint64_t longest = random.OneIn(2) ? 1 : 1 + random.Uniform(30'000);
  for (uint64_t i = 0; i < pieces; ++i) {
    const uint64_t first = random.Uniform(segment_rows);
    const uint64_t end = std::min(segment_rows, first + 1 + random.Uniform(longest));
    roaring_bitmap_add_range(bitmap.get(), first, end);
  }
  return {DeletionVector::Make(segment_rows, RowsOf(*bitmap)), std::move(bitmap)};
}

void ExpectEqual(const DeletionVector* vector, const roaring_bitmap_t& bitmap) {
  const std::vector<uint32_t> rows = RowsOf(bitmap);
  ASSERT_EQ(vector == nullptr, rows.empty());
  if (vector == nullptr) return;
  EXPECT_EQ(vector->cardinality(), rows.size());
  EXPECT_TRUE(vector->Rows() == rows);
}

void ExpectEqualQuestions(const Pair& a, uint64_t segment_rows, base::Random& random) {
  for (int i = 0; i < 200; ++i) {
    const auto row = static_cast<uint32_t>(random.Uniform(segment_rows));
    ASSERT_EQ(a.vector->Contains(row), roaring_bitmap_contains(a.bitmap.get(), row)) << row;
    const uint64_t end = row + random.Uniform(segment_rows - row + 1);
    ASSERT_EQ(a.vector->CountIn(row, end),
              roaring_bitmap_range_cardinality(a.bitmap.get(), row, end))
        << row << " to " << end;
    const uint64_t zone = row / 1024;
    const DeletionVector::ZoneMaskBits mask = a.vector->ZoneMask(zone);
    const uint64_t bit = row % 1024;
    const bool alive = (mask[bit / 64] >> (bit % 64) & 1) != 0;
    ASSERT_NE(alive, roaring_bitmap_contains(a.bitmap.get(), row)) << row;
  }
}

std::string Encode(const DeletionVector& vector) {
  base::ByteWriter out;
  vector.EncodeBody(out);
  return out.Take();
}

// From the bytes alone, as a reopened store has them.
DeletionVectorPtr ThroughBytes(const DeletionVector& vector) {
  const auto owner = std::make_shared<const std::string>(Encode(vector));
  base::ByteReader in(base::AsBytes(*owner), "test");
  const uint64_t cardinality = ProveDeadBlocks(vector.segment_rows(), in);
  EXPECT_TRUE(in.ok()) << in.status();
  return DeletionVector::FromProven(vector.segment_rows(), cardinality,
                                    {base::AsBytes(*owner), owner});
}

TEST(DeletionVectorOracle, TwoSetsAgreeInEverythingWithCRoaring) {
  base::Random random(11);
  for (int round = 0; round < 60; ++round) {
    SCOPED_TRACE(round);
    const uint64_t rows = 1 + random.Uniform(random.OneIn(2) ? 5'000 : 300'000);
    const Pair a = RandomPair(rows, random);
    const Pair b = RandomPair(rows, random);
    ExpectEqual(a.vector.get(), *a.bitmap);
    ExpectEqualQuestions(a, rows, random);
    const Bitmap both(roaring_bitmap_or(a.bitmap.get(), b.bitmap.get()));
    ExpectEqual(a.vector->With(*b.vector).get(), *both);
    const Bitmap rest(roaring_bitmap_andnot(a.bitmap.get(), b.bitmap.get()));
    ExpectEqual(a.vector->Without(*b.vector).get(), *rest);
    EXPECT_EQ(a.vector->Includes(*b.vector),
              roaring_bitmap_is_subset(b.bitmap.get(), a.bitmap.get()));
    EXPECT_EQ(a.vector->Intersects(*b.vector),
              roaring_bitmap_intersect(a.bitmap.get(), b.bitmap.get()));
    EXPECT_EQ(*a.vector == *b.vector, roaring_bitmap_equals(a.bitmap.get(), b.bitmap.get()));
  }
}

// As a dataset lives: deaths are added, versions are compared, the store is opened again.
TEST(DeletionVectorOracle, ALongLifeAgreesWithCRoaring) {
  base::Random random(12);
  for (int life = 0; life < 4; ++life) {
    SCOPED_TRACE(life);
    const uint64_t rows = 70'000 + random.Uniform(200'000);
    Pair now = RandomPair(rows, random);
    for (int step = 0; step < 60; ++step) {
      SCOPED_TRACE(step);
      const Pair more = RandomPair(rows, random);
      const Bitmap newly(roaring_bitmap_andnot(more.bitmap.get(), now.bitmap.get()));
      ExpectEqual(more.vector->Without(*now.vector).get(), *newly);
      now.vector = now.vector->With(*more.vector);
      roaring_bitmap_or_inplace(now.bitmap.get(), more.bitmap.get());
      // Now and then less is dead again: another segment's story.
      if (random.OneIn(8)) now = RandomPair(rows, random);
      if (random.OneIn(4)) now.vector = ThroughBytes(*now.vector);
      ExpectEqual(now.vector.get(), *now.bitmap);
    }
    ExpectEqualQuestions(now, rows, random);
  }
}

}  // namespace
}  // namespace ashlar::manifest
