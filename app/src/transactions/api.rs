//! Server functions of transactions.

use leptos::{prelude::*, server_fn::codec::GetUrl};
use model::transaction::{TransactionDetail, TransactionPage};

use crate::AppError;
#[cfg(feature = "ssr")]
use crate::{
    routes,
    server::{actor, engine},
};

/// A page of transactions. The filter comes as the words of the address; unknown ones filter nothing.
#[server(name = FetchTransactions, prefix = "/fn", endpoint = "transactions", input = GetUrl)]
pub async fn transactions(query: Vec<String>) -> Result<TransactionPage, AppError> {
    use super::since::Since;
    use model::{
        message::Direction,
        transaction::{Position, TransactionFilter, TransactionState},
    };
    let engine = engine()?;
    let word = |index: usize| query.get(index).map_or("", String::as_str);
    let filter = TransactionFilter {
        integration: word(0).parse().ok(),
        connection: word(1).parse().ok(),
        direction: Direction::parse(word(2)),
        state: TransactionState::parse(word(3)),
        search: word(4).trim().to_owned(),
        from: Since::parse(word(6)).map(|since| engine.now().plus(-since.milliseconds())),
        before: Position::parse(word(5)),
        ..TransactionFilter::default()
    };
    Ok(engine::transactions::list(&engine, &actor()?.grant()?, filter).await?)
}

/// One transaction with its attempts.
#[server(name = FetchTransaction, prefix = "/fn", endpoint = "transaction", input = GetUrl)]
pub async fn transaction(number: String) -> Result<TransactionDetail, AppError> {
    Ok(engine::transactions::detail(&engine()?, &actor()?.grant()?, &number).await?)
}

/// Makes a new transaction of the same message, through the connection that is active now.
#[server(prefix = "/fn", endpoint = "replay")]
pub async fn replay(number: String) -> Result<(), AppError> {
    let accepted = engine::transactions::replay(&engine()?, &actor()?.grant()?, &number).await?;
    leptos_axum::redirect(&routes::after(
        &routes::transaction(accepted.transaction),
        "replayed",
    ));
    Ok(())
}
