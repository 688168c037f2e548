// Ashlar's whole public API in one include.
#ifndef ASHLAR_ASHLAR_H_
#define ASHLAR_ASHLAR_H_

#include "ashlar/arrow.h"
#include "ashlar/builder.h"
#include "ashlar/column.h"
#include "ashlar/expression.h"
#include "ashlar/key.h"
#include "ashlar/keyed_diff.h"
#include "ashlar/options.h"
#include "ashlar/pinned_bytes.h"
#include "ashlar/query.h"
#include "ashlar/row_ref.h"
#include "ashlar/snapshot.h"
#include "ashlar/stats.h"
#include "ashlar/status_macros.h"
#include "ashlar/store.h"
#include "ashlar/transaction.h"
#include "ashlar/types.h"

#endif  // ASHLAR_ASHLAR_H_
