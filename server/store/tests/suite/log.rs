//! The audit trail and the refused calls.

use model::{
    Timestamp,
    audit::{AuditAction, AuditEntry},
    transaction::RefusedCall,
};

use crate::{
    samples::id,
    world::{both, write},
};

fn entry(at: i64, record: &str) -> AuditEntry {
    AuditEntry {
        id: id(),
        at: Timestamp(at),
        actor: "admin".into(),
        address: "127.0.0.1".into(),
        action: AuditAction::SecretSet,
        record: "connection".into(),
        record_id: record.into(),
        name: "Test".into(),
        detail: "name: a → b\npassword".into(),
    }
}

#[tokio::test]
async fn the_audit_trail_is_read_in_pages() {
    both(|db| async move {
        // Several within the same millisecond.
        let entries: Vec<_> = (0..20)
            .map(|n| entry(n / 3, if n % 2 == 0 { "even" } else { "odd" }))
            .collect();
        let new = entries.clone();
        write!(db, |tx| {
            for entry in &new {
                store::audit::insert(tx, entry).await?;
            }
            Ok(())
        })
        .expect("stored");
        let mut expected = entries;
        expected.reverse();
        let mut paged = Vec::new();
        loop {
            let before = paged.last().map(|entry: &AuditEntry| entry.id);
            let page = store::audit::list(&db, 7, before).await.expect("list");
            if page.is_empty() {
                break;
            }
            paged.extend(page);
        }
        assert_eq!(paged, expected);
        let even = store::audit::of_record(&db, "even", 3).await.expect("list");
        assert_eq!(
            even,
            expected
                .iter()
                .filter(|e| e.record_id == "even")
                .take(3)
                .cloned()
                .collect::<Vec<_>>()
        );
    })
    .await;
}

#[tokio::test]
async fn refused_calls_are_capped() {
    both(|db| async move {
        write!(db, |tx| {
            for n in 0..1010 {
                let call = RefusedCall {
                    id: id(),
                    at: Timestamp(n),
                    address: "192.0.2.1".into(),
                    claimed: "nul\0".into(),
                    process: if n % 2 == 0 { "incident" } else { "asset" }.into(),
                    status: 401,
                    reason: "unknown".into(),
                };
                store::refused_call::insert(tx, &call).await?;
            }
            Ok(())
        })
        .expect("stored");
        let calls = store::refused_call::recent(&db, None, 5000).await.expect("list");
        assert_eq!(calls.len(), 1000);
        assert_eq!((calls[0].at, calls[999].at), (Timestamp(1009), Timestamp(10)));
        let incident = store::refused_call::recent(&db, Some("incident"), 3)
            .await
            .expect("list");
        assert_eq!(
            incident.iter().map(|call| call.at.0).collect::<Vec<_>>(),
            [1008, 1006, 1004]
        );
    })
    .await;
}
