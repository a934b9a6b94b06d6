using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using Plumbline.Feedback;
using Plumbline.Feedback.Accounts;
using Plumbline.Feedback.Projects;
using Plumbline.Studio.Access;
using Plumbline.Studio.Options;
using Plumbline.Testing;

namespace Plumbline.Studio.Tests.Support;

/// <summary>The pages on a port of their own, with an empty store.</summary>
internal sealed class StudioUnderTest : IAsyncDisposable
{
    private readonly TemporaryFolder folder = new();
    private WebApplication app = null!;

    public FeedbackStores Stores { get; private set; } = null!;

    public SetClock Clock { get; } = new();

    public Uri Address { get; private set; } = null!;

    /// <summary>What the server wrote about its failures.</summary>
    public List<string> Failures { get; } = [];

    public static async Task<StudioUnderTest> StartAsync(Func<StudioOptions, StudioOptions>? with = null)
    {
        var made = new StudioUnderTest();
        var options = new StudioOptions { Store = made.folder.File("studio.db"), Port = 0 };
        options = options with { Limits = options.Limits with { AttemptsPerMinute = 1000, RequestsPerMinute = 100_000 } };
        options = with?.Invoke(options) ?? options;
        made.Stores = await FeedbackStore.OpenAllAsync(options.Store, made.Clock);
        made.app = StudioHost.Create(options, made.Stores, made.Clock, logging => logging.AddProvider(new Lines(made.Failures)));
        await made.app.StartAsync();
        made.Address = new Uri(made.app.Urls.First());
        return made;
    }

    /// <summary>An account with a part in a project.</summary>
    public async Task<Account> AddAsync(string name, long project = 0, ProjectRole role = ProjectRole.Evaluator)
    {
        var account = NewAccount.Named(name);
        await Stores.Accounts.AddAsync(account);
        await Stores.Projects.SetMemberAsync(new Membership(project, account.Id, role), isMember: true, "tests");
        return account;
    }

    /// <summary>A link that signs somebody in.</summary>
    public async Task<Uri> LinkAsync(Account account)
    {
        var secret = await Stores.Accounts.GrantAsync(
            new Grant(GrantKind.SignIn, Clock.GetUtcNow().AddMinutes(5)) { Account = account.Id }
        );
        return new Uri(Address, $"/welcome/{secret}");
    }

    /// <summary>A client with cookies of its own that has not signed in.</summary>
    public StudioClient Visitor() =>
        new(
            new HttpClient(new HttpClientHandler { CookieContainer = new CookieContainer(), AllowAutoRedirect = false })
            {
                BaseAddress = Address,
            }
        );

    /// <summary>A client that has signed in as somebody.</summary>
    public async Task<StudioClient> SignedInAsync(Account account)
    {
        var client = Visitor();
        var link = (await LinkAsync(account)).PathAndQuery;
        await client.SendFormAsync(link, link, []);
        return client;
    }

    /// <summary>A text project with tasks of four answers each.</summary>
    public async Task<(long Project, IReadOnlyList<long> Requests)> SeedAsync(
        string name = "Helpful answers",
        int tasks = 3,
        Func<ProjectSettings, ProjectSettings>? with = null,
        Func<ComparisonRequested, ComparisonRequested>? task = null
    )
    {
        var settings = new ProjectSettings
        {
            Name = name,
            RandomShare = 0,
            GoldShare = 0,
        };
        var project = await Stores.Projects.OpenProjectAsync($"project {name}", with?.Invoke(settings) ?? settings, "tests");
        var requests = new List<long>();
        for (var i = 0; i < tasks; i++)
        {
            var asked = Samples.Task(i) with { Project = project, Priority = tasks - i };
            requests.Add(await Stores.Rankings.AppendAsync($"{name} {i}", task?.Invoke(asked) ?? asked));
        }

        return (project, requests);
    }

    /// <summary>A project with one task of pictures.</summary>
    public async Task<(long Project, long Request)> SeedPicturesAsync(int pictures)
    {
        var (project, _) = await SeedAsync("Pictures", tasks: 0, settings => settings with { Medium = AnswerMedium.Image });
        var addresses = new List<string>();
        for (var i = 0; i < pictures; i++)
        {
            addresses.Add(await Stores.Projects.KeepPictureAsync(Samples.Picture(i), "image/png"));
        }

        var request = await Stores.Rankings.AppendAsync(
            "pictures",
            new ComparisonRequested(Data.Content.FromText("Some circles on a pale ground"), addresses) { Project = project }
        );
        return (project, request);
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
        await Stores.DisposeAsync();
        folder.Dispose();
        Assert.Empty(Failures);
    }
}

/// <summary>A clock that goes on by itself, and can be set forward.</summary>
internal sealed class SetClock : TimeProvider
{
    public TimeSpan Ahead { get; set; }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Ahead;
}
