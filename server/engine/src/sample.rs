//! "Load the sample": a process, an integration, three connections and a message against the practice target, so that a
//! newcomer can test, send and break something within five minutes.

use model::{
    connection_form::ConnectionForm,
    forms::{InboundUserForm, IntegrationForm, MessageForm, ProcessForm, VariableForm},
    id::IntegrationId,
};

use base64::Engine as _;

use crate::{
    Engine, Error, Granted, Result, connections, inbound_users, integrations, messages, permission::Design,
    processes, variables,
};

/// Name and API name of the sample's process.
const PROCESS: (&str, &str) = ("Sample incident", "sample-incident");

/// Creates the sample.
///
/// # Errors
/// [`Error::Conflict`] when the practice target is off or the sample is there already.
pub async fn load(engine: &Engine, by: &Granted<Design>) -> Result<IntegrationId> {
    if !engine.settings.practice {
        return Err(Error::Conflict(
            "The practice target is off. Start Switchboard with SWITCHBOARD_PRACTICE=on.".into(),
        ));
    }
    if store::process::find_by_api_name(&engine.db, PROCESS.1)
        .await?
        .is_some()
    {
        return Err(Error::Conflict(
            "The sample is loaded already: look for the process Sample incident.".into(),
        ));
    }
    let application = inbound_users::default_application(engine).await?.to_string();
    let process = ProcessForm {
        name: PROCESS.0.into(),
        api_name: PROCESS.1.into(),
        application,
        description: "A practice process. Everything it talks to is the practice target inside Switchboard."
            .into(),
        ..ProcessForm::default()
    };
    let process = processes::save(engine, by, process).await?;
    let integration = IntegrationForm {
        name: "Sample incident to practice".into(),
        process: process.to_string(),
        system: "Practice target".into(),
        description: "Sends incidents to the practice target, which answers with what it received.".into(),
        ..IntegrationForm::default()
    };
    let integration = integrations::save(engine, by, integration).await?;
    let caller = InboundUserForm {
        name: "Sample caller".into(),
        user_id: "sample-caller".into(),
        password: base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(engine.clock.random::<18>()),
        description: "Replace its password with one you know to post to the inbound endpoint.".into(),
        active: "on".into(),
        ..InboundUserForm::default()
    };
    let caller = inbound_users::save(engine, by, caller).await?;
    add_connections(engine, by, integration, &caller.to_string()).await?;
    let message = MessageForm {
        integration: integration.to_string(),
        name: "create-incident".into(),
        description: "Posts an incident.".into(),
        method: "POST".into(),
        path: "/incidents/${project}".into(),
        headers: "X-Sample: Switchboard".into(),
        active: "on".into(),
        ..MessageForm::default()
    };
    messages::save(engine, by, message).await?;
    Ok(integration)
}

async fn add_connections(
    engine: &Engine,
    by: &Granted<Design>,
    integration: IntegrationId,
    caller: &str,
) -> Result<()> {
    let practice = format!("{}/practice", engine.settings.public_url);
    let form = |name: &str, environment: &str, path: &str, description: &str| ConnectionForm {
        integration: integration.to_string(),
        name: name.into(),
        environment: environment.into(),
        endpoint_url: format!("{practice}/{path}"),
        instance_name: engine.instance_name(),
        description: description.into(),
        ..ConnectionForm::default()
    };
    let sandbox = ConnectionForm {
        inbound_user: caller.into(),
        ..form(
            "Sandbox",
            "sandbox",
            "echo",
            "Answers 200 with what it received. **Test it, then enable it.**",
        )
    };
    let test = ConnectionForm {
        authentication: "basic".into(),
        user: "sample".into(),
        password: "practice-makes-perfect".into(),
        ..form(
            "Test",
            "test",
            "basic/sample/practice-makes-perfect",
            "Asks for Basic authentication. Replace the password with a wrong one and test again.",
        )
    };
    let broken = form(
        "Development",
        "development",
        "status/503",
        "Always answers 503: reachable, not proven.",
    );
    for form in [sandbox, test, broken] {
        let connection = connections::save(engine, by, form).await?;
        let project = VariableForm {
            connection: connection.to_string(),
            key: "project".into(),
            value: "ITSM".into(),
            description: "Part of the path of create-incident.".into(),
            ..VariableForm::default()
        };
        variables::save(engine, by, project).await?;
    }
    Ok(())
}
