/* SPDX-License-Identifier: GPL-3.0-or-later */
/* priv.h - what the files of the stable store share.  The disk is drawn and
   explained in commit.c.  */

#ifndef PERDURE_STORE_PRIV_H
#define PERDURE_STORE_PRIV_H

#include "store.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Places of the fixed blocks.  */
#define BLOCK_SUPER 0
#define BLOCK_ROOT 1		/* And the next one.  */
#define BLOCK_SUPER_COPY 3
#define BLOCK_JOURNAL 4		/* First of the journal area.  */

#define STORE_VERSION 1
#define FEATURES_KNOWN 0	/* Incompatible feature flags understood.  */
#define LEVEL_MAX 12		/* No tree is higher.  */
#define COMPRESSED_MAX 2730	/* Larger is stored as it is.  */

/* ---- Bytes on the disk are little endian --------------------------------- */

static inline uint64_t
get64 (const uint8_t *p)
{
  uint64_t v = 0;
  for (int i = 7; i >= 0; i--)
    v = v << 8 | p[i];
  return v;
}

static inline uint32_t
get32 (const uint8_t *p)
{
  return p[0] | p[1] << 8 | p[2] << 16 | (uint32_t) p[3] << 24;
}

static inline void
put64 (uint8_t *p, uint64_t v)
{
  for (int i = 0; i < 8; i++, v >>= 8)
    p[i] = v;
}

static inline void
put32 (uint8_t *p, uint32_t v)
{
  for (int i = 0; i < 4; i++, v >>= 8)
    p[i] = v;
}

/* ---- Entries ------------------------------------------------------------- */

struct key
{
  uint64_t hi, lo;
};

/* One index entry.  A reference to something on the disk is v[0] = pointer,
   v[1] = birth (the checkpoint being written when it was), v[2] = hash.  */
struct kv
{
  struct key k;
  uint64_t v[3];
  bool del;			/* In an overlay: "not there any more".  */
  bool fresh;			/* In an overlay: no layer below has it.  */
  bool merged;			/* In a list of changes: is in the tree now.  */
  uint64_t seq;			/* In an overlay: the commit it came with.  */
};

/* A pointer: block, and for a compressed page its place in the block.  */
#define PTR(block) ((uint64_t) (block) << 24)
#define PTR_PACKED(block, off, len) (PTR (block) | (off) << 12 | (len))
#define PTR_BLOCK(p) ((p) >> 24)
#define PTR_OFF(p) ((unsigned) ((p) >> 12 & 0xfff))
#define PTR_LEN(p) ((unsigned) ((p) & 0xfff))

static inline int
key_cmp (struct key a, struct key b)
{
  if (a.hi != b.hi)
    return a.hi < b.hi ? -1 : 1;
  return a.lo < b.lo ? -1 : a.lo > b.lo;
}

/* The key behind K; false if there is none.  */
static inline bool
key_next (struct key *k)
{
  if (++k->lo)
    return true;
  return ++k->hi != 0;
}

#define KEY(a, b) ((struct key) { (a), (b) })

/* Keys of the page tree: (object, 0) is the object itself, with v[0] = length,
   v[1] = type; (object, n + 1) is page n.  */
#define KEY_OBJECT(id) KEY (id, 0)
#define KEY_PAGE(id, pageno) KEY (id, (pageno) + 1)

/* Keys of the general tree: kind << 56 | ..., by kind:  */
enum
{
  G_FREE = 1,			/* (0, last block): v[1] = count.  */
  G_LIMBO,			/* (commit, first block): v[1] = count.  */
  G_DEAD,			/* (owner, first): v[0] = count, v[1] = birth.  */
  G_DUP,			/* (0, block): v[1] = references - 1.  */
  G_CKPT,			/* (0, number): reference to its record, but
				   v[1] = the checkpoint before.  */
  G_LABEL,			/* (0, number * 4 + part): v = 24 bytes.  */
  G_PARENT			/* (0, number): v[1] = its parent, if that is
				   not the one before.  */
};
#define GKEY(kind, x, lo) KEY ((uint64_t) (kind) << 56 | (x), lo)
#define GKIND(k) ((k).hi >> 56)
#define GSUB(k) ((k).hi & (((uint64_t) 1 << 56) - 1))

/* ---- Overlays: sorted maps in memory (map.c) ----------------------------- */

struct mnode
{
  struct kv e;
  uint32_t prio;
  struct mnode *left, *right;
};

struct map
{
  struct mnode *root;
  size_t count;
  uint32_t rnd;
};

void map_init (struct map *m);
void map_clear (struct map *m);
struct kv *map_get (const struct map *m, struct key k);
struct kv *map_ceil (const struct map *m, struct key k);	/* Least >= K.  */
error_t map_put (struct map *m, const struct kv *e);	/* Replaces.  */
/* The same, of what is known not to be there.  */
error_t map_add (struct map *m, const struct kv *e);
/* Call EACH for all, in order, until one fails.  It may change V, and not M.  */
error_t map_walk (struct map *m, error_t (*each) (void *arg, struct kv *e),
		  void *arg);
void map_remove (struct map *m, struct key k);
/* Move the entries of FROM, a layer above INTO, into INTO, as of commit SEQ; FROM
   becomes empty.  Cannot fail.  */
void map_merge (struct map *into, struct map *from, uint64_t seq);
/* Give an array of INTO's entries with those of ABOVE (may be null) over them.  */
struct kvs;
error_t map_flatten (const struct map *above, const struct map *into,
		     struct kvs *out);

/* ---- Growing arrays ------------------------------------------------------ */

struct kvs
{
  struct kv *e;
  size_t n, cap;
};

struct bytes
{
  uint8_t *p;
  size_t n, cap;
};

/* Make room for N entries in all.  */
error_t kvs_room (struct kvs *a, size_t n);
error_t kvs_add (struct kvs *a, const struct kv *e);
error_t bytes_add (struct bytes *b, const void *p, size_t n);

/* ---- Trees (codec.c, node.c, tree.c, apply.c) ---------------------------- */

#define ENTRY_MAX 64		/* No encoded entry is longer.  */

/* Encode E, which follows PREV (null at the start), into OUT; return the size.  */
size_t entry_encode (uint8_t out[ENTRY_MAX], const struct kv *prev,
		     const struct kv *e);
/* Decode from P, at most N bytes; return the size used, 0 if it is malformed.  */
size_t entry_decode (const uint8_t *p, size_t n, const struct kv *prev,
		     struct kv *e);

struct tree
{
  uint64_t ptr, birth, hash;	/* ptr 0: empty.  */
  uint64_t level;		/* 0: the root is a leaf.  */
  uint64_t nodes;		/* How many blocks it has.  */
};

struct node
{
  unsigned refs;
  uint64_t ptr, hash;
  uint32_t level;
  uint32_t n, used;		/* Entries, and their bytes on the disk.  */
  struct kv e[];
};

/* Get the node REF (an entry of its parent) of LEVEL, through the cache.  */
error_t node_get (struct store *store, const uint64_t ref[3], uint32_t level,
		  struct node **node);
void node_put (struct node *node);
void node_encode_head (uint8_t *raw, uint32_t level, uint32_t n,
		       uint32_t used, uint64_t block, uint64_t birth);
void node_cache_drop (struct store *store, uint64_t block);
void node_cache_clear (struct store *store);

#define NODE_HEAD 32
#define NODE_ROOM (STORE_PAGE - NODE_HEAD)

/* *E = the first entry of TREE with a key >= K, or ENOENT.  */
error_t tree_ceil (struct store *store, const struct tree *tree, struct key k,
		   struct kv *e);

/* Apply the sorted CHANGES to *TREE, writing new nodes in TXN: those that came
   before commit SINCE, and with them all that belong into the same leaves, so that
   each leaf is written once for many.  What was applied is marked as merged.  Every
   node that is not in the new tree any more is given to KILL.  */
error_t tree_apply (struct store_txn *txn, struct tree *tree,
		    struct kvs *changes, uint64_t since,
		    error_t (*kill) (struct store_txn *txn,
				     const uint64_t ref[3]));

/* About how many nodes that would write: those that are replaced.  */
error_t tree_cost (struct store *store, const struct tree *tree,
		   const struct kvs *changes, uint64_t since, uint64_t *cost);

/* ---- Views: a tree with overlays over it, the topmost first (view.c) ----- */

struct view
{
  struct store *store;
  const struct tree *tree;
  int nlayers;
  struct map *layer[3];
};

error_t view_ceil (const struct view *v, struct key k, struct kv *e);
/* The first entry of an object of at least ID, in the page tree; one that was removed is
   passed over at once, with its pages.  */
error_t view_next_object (const struct view *v, uint64_t id, struct kv *e);
error_t view_get (const struct view *v, struct key k, struct kv *e);
/* Put into, remove from the topmost layer.  */
error_t view_put (const struct view *v, struct key k, uint64_t v0,
		  uint64_t v1, uint64_t v2);
/* What is under a key, and where: put another value there without looking for it
   again.  Nothing may be removed in between.  */
struct found
{
  struct kv e;			/* If it is there.  */
  bool there;
  struct kv *top;		/* In the topmost layer, or NULL.  */
};
error_t view_find (const struct view *v, struct key k, struct found *f);
error_t view_put_found (const struct view *v, struct key k,
			const struct found *f, const uint64_t value[3]);
error_t view_del (const struct view *v, struct key k);

/* ---- What a commit leaves: the record (record.c) ------------------------- */

/* A reference to a record.  */
struct recref
{
  uint64_t ptr, hash, seq;
};

/* All members are 64-bit numbers: it is written as it stands here.  */
struct state
{
  uint64_t seq;			/* Number of the commit.  */
  uint64_t last;		/* The last checkpoint.  */
  uint64_t live;		/* The last one that is not dropped.  */
  uint64_t ckpts;		/* How many there are.  */
  uint64_t ckpt;		/* The checkpoint this record is, or 0.  */
  uint64_t dropping;		/* A checkpoint half dropped, or 0.  */
  uint64_t drop_before;		/* The one before that, or 0.  */
  struct tree p, g;		/* Page tree and general tree.  */
  struct recref prev_any;	/* The record before.  */
  struct recref prev_page;	/* That of the checkpoint before.  */
  uint64_t since_g, since_p;	/* The trees have what came before these.  */
  uint64_t nblocks, free, limbo;
  uint64_t keep, compress;
  uint64_t jtail, jseq;		/* First journal record: block, number.  */
  uint64_t jnext;		/* Journal records before this were there.  */
  uint64_t predecessor;		/* The rest if it is a checkpoint.  */
  uint64_t sec, nsec;
  uint64_t objects, pages;
  uint64_t new_blocks, meta_blocks;
};

error_t record_write (struct store_txn *txn, struct recref *ref);

/* Read the record REF into *STATE; its changes go to G and P (either may be
   null), with entries already there kept.  *BLOCKS (BLOCKS may be null) gets its
   NBLOCKS block numbers, malloced.  */
error_t record_read (struct store *store, const struct recref *ref,
		     struct state *state, struct map *g, struct map *p,
		     uint64_t **blocks, size_t *nblocks);

/* ---- The store ----------------------------------------------------------- */

struct dedup_slot
{
  uint64_t hash, ptr, birth;	/* ptr 0: free.  */
};

struct dedup
{
  struct dedup_slot *slot;
  size_t size, used;		/* SIZE is a power of two, or 0.  */
  bool built;
};

/* A block list of a record of the chain, to be freed at the next merge.  */
struct link
{
  struct link *next;
  uint64_t birth, seq;
  bool page;			/* Of a checkpoint: in both chains.  */
  size_t n;
  uint64_t block[];
};

#define CACHE_SLOTS 512

struct store
{
  struct store_io io;
  uint64_t limit;		/* The device's size in blocks.  */
  bool rdonly;
  bool broken;			/* A root write failed.  */
  bool starved;			/* The last transaction did not fit.  */
  bool root_damaged;
  uint64_t bad_supers;		/* Bit N: the superblock in block N.  */
  uint8_t uuid[16];
  uint64_t seed;
  uint32_t chain_max, pending_max;
  uint64_t journal_blocks;

  struct state st;		/* Of the last commit.  */
  struct recref rec;		/* Its record.  */
  struct map g, p;		/* Changes that the trees do not have.  */
  struct link *links;		/* Records of both chains, newest first.  */

  struct node *cache[CACHE_SLOTS];
  struct dedup dedup;
  struct store_txn *txn;
  uint8_t *wbuf;		/* For transactions, one after the other.  */
  struct store_ckpt *open_ckpts;
  uint64_t alloc_cursor;

  /* Journal, known once `journal_scanned'.  */
  bool journal_scanned;
  uint64_t jhead, jnext;	/* Next block (relative), next number.  */
  uint64_t jsafe;		/* Tail as of the commit before the last: what
				   lies behind it may be overwritten.  */
  uint64_t japplied;		/* The reader said so.  */
  uint64_t jat, jatseq;		/* Where a record is that was read lately.  */

  struct store_stats stats;
  char error[256];
};

/* Set the error text and return ERR.  */
error_t store_fail (struct store *store, error_t err, const char *fmt, ...)
     __attribute__ ((format (printf, 3, 4)));

uint64_t store_hash (const struct store *store, const void *p, size_t n);
#ifdef __i386__
/* The same function with the instructions that most, but not all, machines have.  */
uint64_t hash_sse2 (const void *p, size_t n, uint64_t seed);
#endif

/* The one place where a hash decides.  The tests build the store without it, to
   see that they notice, and to let a fuzzer look behind it.  */
static inline bool
hash_ok (uint64_t found, uint64_t wanted)
{
#ifdef STORE_MUTATE_NO_CHECK
  (void) found;
  (void) wanted;
  return true;
#else
  return found == wanted;
#endif
}

/* Device access with statistics and error texts.  */
error_t dev_read (struct store *store, uint64_t block, uint32_t n, void *buf,
		  const char *what);
error_t dev_write (struct store *store, uint64_t block, uint32_t n,
		   const void *buf, const char *what);
error_t dev_barrier (struct store *store);

/* The block of a page on the disk or still in TXN's buffers (TXN may be null),
   decompressed and verified into PAGE.  E is its entry, CKPT for the text.  */
error_t page_fetch (struct store *store, struct store_txn *txn,
		    const struct kv *e, uint64_t ckpt, void *page);
/* Say what is wrong with the page of E; returns ERR.  */
error_t page_error (struct store *store, error_t err, const struct kv *e,
		    uint64_t ckpt);

/* ---- The transaction ----------------------------------------------------- */

#define WBUF_BLOCKS 64		/* Neighbouring blocks are written together.  */

struct range
{
  uint64_t first, last;
};

struct store_obj
{
  struct store_obj *next;
  struct store_txn *txn;
  uint64_t id, length;
  uint32_t type;
  bool whole;			/* All that the predecessor has is kept.  */
  bool old;			/* The predecessor has it.  */
  struct range *kept;
  size_t nkept, ckept;
};

struct store_txn
{
  struct store *store;
  struct state st;		/* Of this commit.  */
  struct map g, p;		/* Changes over the store's.  */
  struct map frozen;		/* What g was before it was merged.  */
  struct kvs list_g, list_p;	/* Changes given to the trees.  */
  bool full_g, full_p;		/* The trees have everything up to now.  */
  struct map refs;		/* (0, block): v[0] = change, v[1] = birth.  */
  struct map objmap;		/* (0, id): v[0] = the store_obj.  */
  struct store_obj *objs;
  uint64_t birth;		/* Of what is written now.  */
  uint64_t alloc_first, alloc_end;	/* The free extent taken.  */
  uint64_t missing;		/* Blocks that did not fit.  */
  bool meta;			/* Allocating for the index: use the reserve. */
  uint8_t *wbuf;
  uint64_t wfirst;
  uint32_t wcount;
  uint64_t wobject, wpage;	/* A page in it; wobject 0: none is known.  */
  uint64_t pack_block;		/* Compressed pages go here; 0: none.  */
  uint32_t pack_used;
  uint8_t *pack;
  struct kvs news, olds;	/* For the index of contents.  */
  uint64_t *rec_blocks;		/* Of the record written.  */
  size_t rec_n;
  uint64_t data_blocks, meta_blocks;
};

/* Change the page at K, which is what OLD says, to REF (null: no page).  */
error_t txn_set_page (struct store_txn *txn, struct key k,
		      const struct found *old, const uint64_t ref[3]);

static inline struct view
txn_g (struct store_txn *t)
{
  return (struct view) { t->store, &t->st.g, 3, { &t->g, &t->frozen, &t->store->g } };
}

static inline struct view
txn_p (struct store_txn *t)
{
  return (struct view) { t->store, &t->st.p, 2, { &t->p, &t->store->p } };
}

static inline struct view
head_g (struct store *s)
{
  return (struct view) { s, &s->st.g, 1, { &s->g, NULL } };
}

static inline struct view
head_p (struct store *s)
{
  return (struct view) { s, &s->st.p, 1, { &s->p, NULL } };
}

/* Begin any commit: CKPT says whether it is a checkpoint.  */
error_t txn_begin (struct store *store, bool ckpt, struct store_txn **txn);
error_t txn_commit (struct store_txn *txn);	/* Consumes TXN.  */
void txn_free (struct store_txn *txn, bool committed);
error_t txn_settle (struct store *store);
error_t txn_finish_objects (struct store_txn *txn);

/* Space (space.c).  */
error_t space_alloc (struct store_txn *txn, uint64_t *block);
error_t space_untake (struct store_txn *txn);	/* Give the extent back.  */
error_t space_free (struct store_txn *txn, uint64_t first, uint64_t count);
error_t space_limbo (struct store_txn *txn, uint64_t first, uint64_t count);
error_t space_ripen (struct store_txn *txn);	/* Limbo to free.  */
uint64_t space_reserve (const struct store *store);

/* Write BLOCK through the buffer; flush the buffer.  */
error_t wbuf_write (struct store_txn *txn, uint64_t block, const void *data);
error_t wbuf_flush (struct store_txn *txn);
/* What was written last is page PAGENO of object ID: errors will tell.  */
void wbuf_is_page (struct store_txn *txn, uint64_t id, uint64_t pageno);
/* The block if it is still in a buffer, or null.  */
const uint8_t *wbuf_find (const struct store_txn *txn, uint64_t block);

/* References (refs.c): count them during the transaction, settle at commit.  */
error_t refs_add (struct store_txn *txn, const uint64_t ref[3], int change);
error_t refs_settle (struct store_txn *txn);
/* COUNT blocks from FIRST on are no more in the state being written.  */
error_t refs_kill (struct store_txn *txn, uint64_t first, uint64_t count,
		   uint64_t birth);

/* The index of contents (dedup.c).  */
error_t dedup_build (struct store *store);
void dedup_add (struct store *store, const uint64_t ref[3]);
void dedup_remove (struct store *store, const uint64_t ref[3]);
error_t dedup_find (struct store_txn *txn, const void *page, uint64_t hash,
		    uint64_t ref[3], bool *found);

/* Dropping (drop.c): as much of it as fits into one commit; *DONE tells.  */
#define DROP_STEP 1024		/* Entries handled in one commit.  */
error_t drop_mark (struct store_txn *txn, uint64_t number);
error_t drop_step (struct store_txn *txn, bool *done);
error_t drop_finish (struct store *store);
error_t retention_victim (struct store *store, const struct view *g,
			  const struct state *st, uint64_t *number);
/* Drop what the rule does not keep, if a commit could not.  */
error_t retention_enforce (struct store *store);
bool ckpt_is_open (const struct store *store, uint64_t number);
/* Where checkpoint NUMBER, or the one being written, went on from (parent.c).  */
error_t parent_get (const struct view *g, uint64_t number, uint64_t before,
		    uint64_t *parent);
error_t parent_put (const struct view *g, uint64_t number, uint64_t parent);
/* NUMBER, after BEFORE and before NEXT, is going to be no more.  */
error_t parent_drop (const struct view *g, uint64_t number, uint64_t before,
		     uint64_t next);
error_t label_get (const struct view *g, uint64_t number,
		   char label[STORE_LABEL_MAX + 1]);
error_t label_put (const struct view *g, uint64_t number, const char *label);

/* Superblock and roots (root.c).  */
error_t super_write (const struct store_io *io, const struct store *store,
		     uint64_t block);
error_t super_read (struct store *store);
error_t root_write (struct store *store, const struct state *st,
		    const struct recref *rec);
error_t root_read (struct store *store, bool previous, struct recref *rec,
		   uint64_t *seq);

/* The journal (journal.c).  */
error_t journal_cut (struct store_txn *txn);

struct store_ckpt
{
  struct store *store;
  struct store_ckpt *next;
  uint64_t number;
  struct state st;
  struct map p;
};

static inline struct view
ckpt_p (struct store_ckpt *c)
{
  return (struct view) { c->store, &c->st.p, 1, { &c->p, NULL } };
}

/* Scrubbing (scrub.c, audit.c).  What a walk meets is given to these; any may be
   null.  BIRTH is that of the thing; things not younger than SINCE are left out. */
struct walk
{
  struct store *store;
  uint64_t since;
  uint64_t number;		/* The checkpoint walked through.  */
  uint64_t visited;		/* Nodes of the tree so far.  */
  error_t (*node) (struct walk *w, uint64_t block);
  error_t (*page) (struct walk *w, const struct kv *e);
  error_t (*damage) (struct walk *w, error_t err, uint64_t block,
		     const struct kv *e, const char *what);
};
error_t walk_tree (struct walk *w, const struct tree *tree,
		   const struct map *over, bool pages);
error_t walk_audit (struct walk *w);

/* Read the page state of the checkpoint whose record is REF.  */
error_t ckpt_load (struct store *store, const struct recref *ref,
		   struct store_ckpt *ckpt);

#endif
