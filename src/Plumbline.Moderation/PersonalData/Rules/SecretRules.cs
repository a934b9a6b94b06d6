namespace Plumbline.Moderation.PersonalData.Rules;

/// <summary>Keys, tokens and passwords: what they begin with, what follows, and how much of it.</summary>
internal static class SecretRules
{
    /// <summary>Secrets that their maker gave a beginning of their own, the longest beginnings first.</summary>
    internal static IReadOnlyList<PrefixedSecret> Prefixed { get; } =
    [
        new("github_fine_grained", "GitHub fine-grained token", "github_pat_", 50, 120, "docs.github.com, About authentication"),
        new("github_personal", "GitHub personal token", "ghp_", 36, 255, "docs.github.com, About authentication"),
        new("github_oauth", "GitHub OAuth token", "gho_", 36, 255, "docs.github.com, About authentication"),
        new("github_user", "GitHub user token", "ghu_", 36, 255, "docs.github.com, About authentication"),
        new("github_server", "GitHub server token", "ghs_", 36, 255, "docs.github.com, About authentication"),
        new("github_refresh", "GitHub refresh token", "ghr_", 36, 255, "docs.github.com, About authentication"),
        new("gitlab", "GitLab personal token", "glpat-", 20, 64, "docs.gitlab.com, Token overview"),
        new("gitlab_runner", "GitLab runner token", "glrt-", 20, 64, "docs.gitlab.com, Token overview"),
        new("slack_bot", "Slack bot token", "xoxb-", 20, 255, "api.slack.com, Token types"),
        new("slack_user", "Slack user token", "xoxp-", 20, 255, "api.slack.com, Token types"),
        new("slack_app", "Slack app token", "xapp-", 20, 255, "api.slack.com, Token types"),
        new("stripe_live", "Stripe secret key", "sk_live_", 16, 255, "docs.stripe.com, API keys"),
        new("stripe_test", "Stripe secret test key", "sk_test_", 16, 255, "docs.stripe.com, API keys"),
        new("stripe_restricted", "Stripe restricted key", "rk_live_", 16, 255, "docs.stripe.com, API keys"),
        new("aws_access_key", "AWS access key id", "AKIA", 16, 16, "docs.aws.amazon.com, IAM identifiers", Alphabet.Upper),
        new("aws_temporary_key", "AWS temporary access key id", "ASIA", 16, 16, "docs.aws.amazon.com, IAM identifiers", Alphabet.Upper),
        new("google_api", "Google API key", "AIza", 35, 35, "cloud.google.com, API keys"),
        new("google_oauth", "Google OAuth client secret", "GOCSPX-", 28, 28, "cloud.google.com, OAuth clients"),
        new("anthropic", "Anthropic key", "sk-ant-", 32, 200, "docs.anthropic.com, API"),
        new("openai_project", "OpenAI project key", "sk-proj-", 32, 255, "platform.openai.com, API keys"),
        new("openai_service", "OpenAI service account key", "sk-svcacct-", 32, 255, "platform.openai.com, API keys"),
        new("openai_like", "key of OpenAI's form", "sk-", 32, 64, "platform.openai.com, API keys", Alphabet.LettersAndDigits),
        new("hugging_face", "Hugging Face token", "hf_", 30, 64, "huggingface.co, User access tokens", Alphabet.LettersAndDigits),
        new("npm", "npm token", "npm_", 36, 36, "docs.npmjs.com, Access tokens", Alphabet.LettersAndDigits),
        new("pypi", "PyPI token", "pypi-AgEI", 50, 255, "pypi.org, API tokens"),
        new("sendgrid", "SendGrid key", "SG.", 60, 80, "docs.sendgrid.com, API keys", Alphabet.WithDots),
    ];

    internal static IReadOnlyList<PersonalDataRule> Rules { get; } =
    [
        .. Prefixed.Select(secret => new PersonalDataRule(PersonalDataKinds.Secret, secret.Name, secret.Title)
        {
            Check =
                $"`{secret.Prefix}` and {(secret.Least == secret.Most ? $"{secret.Least}" : $"{secret.Least} to {secret.Most}")} characters",
            Source = secret.Source,
            Chance = 0.00001,
        }),
        new(PersonalDataKinds.Secret, "jwt", "JSON web token")
        {
            Check = "three parts of base64url, the first of which is a JSON object with alg",
            Source = "RFC 7519",
            Chance = 0.00001,
        },
        new(PersonalDataKinds.Secret, "private_key", "private key")
        {
            Check = "a PEM block whose label ends with PRIVATE KEY",
            Source = "RFC 7468",
            Chance = 0.00001,
        },
        new(PersonalDataKinds.Secret, "assigned_secret", "password or key given to a name")
        {
            Check = "a name such as password, api_key, AccountKey or Passwort, `=` or `:`, and a value that is no placeholder and no word",
            Source = "the custom of configuration files",
            Chance = 0.01,
        },
    ];
}

/// <summary>What may follow a secret's beginning.</summary>
internal enum Alphabet
{
    /// <summary>Letters, digits, hyphen and underscore.</summary>
    Base64Url,

    /// <summary>Letters and digits.</summary>
    LettersAndDigits,

    /// <summary>Upper-case letters and digits.</summary>
    Upper,

    /// <summary><see cref="Base64Url"/> and dots.</summary>
    WithDots,
}

/// <summary>A secret with a beginning of its own.</summary>
/// <param name="Name">The rule's name.</param>
/// <param name="Title">What readers call it.</param>
/// <param name="Prefix">What it begins with.</param>
/// <param name="Least">How many characters follow at least.</param>
/// <param name="Most">How many follow at most.</param>
/// <param name="Source">Where it is published.</param>
/// <param name="Alphabet">Of what they are.</param>
internal sealed record PrefixedSecret(
    string Name,
    string Title,
    string Prefix,
    int Least,
    int Most,
    string Source,
    Alphabet Alphabet = Alphabet.Base64Url
);
