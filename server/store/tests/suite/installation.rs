//! The recorded instance name: the first one stays, and another one replaces what was seen.

use model::{Timestamp, installation::Installed};

use crate::world::{both, write};

#[tokio::test]
async fn a_name_is_recorded_once_and_replaced_by_who_saw_it() {
    both(|db| async move {
        let find = async || store::installation::find(&db).await.expect("find");
        assert_eq!(find().await, None);
        for name in ["prod", "dev"] {
            write!(db, |tx| store::installation::record_first(tx, name, Timestamp(1))
                .await)
            .expect("record");
        }
        assert_eq!(find().await.expect("recorded").instance_name, "prod");
        let dev = Installed {
            instance_name: "dev".into(),
            previous_name: "prod".into(),
            since: Timestamp(2),
            accepted_by: "admin".into(),
        };
        for replaced in [true, false] {
            let dev = dev.clone();
            let done = write!(db, |tx| store::installation::replace(tx, &dev).await).expect("replace");
            assert_eq!(done, replaced, "the second one saw a name that is gone");
        }
        assert_eq!(find().await, Some(dev));
    })
    .await;
}
