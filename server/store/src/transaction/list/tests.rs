//! Which index leads which filter.

use model::{Timestamp, id::IntegrationId, message::Direction};
use sqlx::SqlSafeStr;

use super::*;
use crate::Db;

async fn plan(db: &Db, filter: &TransactionFilter, search: Option<Search<'_>>) -> String {
    let (sql, values) = statement(filter, search, 50);
    let explain = sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}")).into_sql_str();
    let rows = db.rows(explain, &values).await.expect("plan");
    rows.iter()
        .map(|row| row.text("detail").expect("detail"))
        .collect::<Vec<_>>()
        .join("; ")
}

#[tokio::test]
async fn every_filter_is_led_by_an_index() {
    let folder = tempfile::tempdir().expect("folder");
    let url = format!("sqlite://{}", folder.path().join("plan.db").display());
    let db = Db::open(&url).await.expect("open");
    let id = uuid::Uuid::from_u128(1);
    let all = TransactionFilter::default;
    let filters = [
        TransactionFilter {
            integration: Some(IntegrationId(id)),
            ..all()
        },
        TransactionFilter {
            connection: Some(ConnectionId(id)),
            ..all()
        },
        TransactionFilter {
            direction: Some(Direction::Inbound),
            ..all()
        },
        TransactionFilter {
            state: Some(TransactionState::Error),
            ..all()
        },
        TransactionFilter {
            from: Some(Timestamp(1)),
            ..all()
        },
        TransactionFilter {
            until: Some(Timestamp(1)),
            ..all()
        },
        TransactionFilter {
            from: Some(Timestamp(1)),
            until: Some(Timestamp(9)),
            ..all()
        },
        TransactionFilter {
            from: Some(Timestamp(1)),
            before: Some(Position { number: 9, replay: 0 }),
            ..all()
        },
        TransactionFilter {
            before: Some(Position { number: 9, replay: 0 }),
            ..all()
        },
    ];
    for filter in filters {
        let plan = plan(&db, &filter, None).await;
        // See `number_term`: with an end in time alone, the list's own order is walked.
        let walks = filter.until.is_some() && filter.from.is_none();
        assert_eq!(plan.contains("SCAN"), walks, "{filter:?}: {plan}");
        assert!(
            !walks || plan.contains("USING INDEX transaction_number"),
            "{plan}"
        );
        let sorts = filter.from.is_some();
        assert_eq!(plan.contains("TEMP B-TREE"), sorts, "{filter:?}: {plan}");
        assert!(!sorts || plan.contains("transaction_by_created"), "{plan}");
    }
    for search in [
        Search::Number(7, 0),
        Search::MessageId("a"),
        Search::MessageName("a"),
    ] {
        // A message id belongs to one transaction and its replays: sorting them costs nothing.
        let may_sort = matches!(search, Search::MessageId(_));
        let plan = plan(&db, &all(), Some(search)).await;
        assert!(!plan.contains("SCAN"), "{plan}");
        assert!(may_sort || !plan.contains("TEMP B-TREE"), "{plan}");
    }
    db.close().await;
}
