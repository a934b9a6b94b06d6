using Microsoft.Extensions.Logging;
using Plumbline.Feedback;
using Plumbline.Feedback.Accounts;
using Plumbline.Feedback.Projects;
using Plumbline.Gateway.Telemetry;
using Plumbline.Studio.Access;
using Plumbline.Studio.Options;

namespace Plumbline.Studio;

/// <summary>Runs the pages for programs that know nothing of the web.</summary>
public static class StudioServer
{
    private static readonly TimeSpan LinkLife = TimeSpan.FromMinutes(30);

    /// <summary>Listens until it is told to stop.</summary>
    /// <param name="options">How it listens, and where judgements are kept.</param>
    /// <param name="time">The clock.</param>
    /// <param name="listening">Told the address, and a link that signs its first visitor in as administrator, once it listens.</param>
    /// <param name="warn">Told what operators must look into, a line each, without any text that somebody wrote.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="InvalidInputException">An option is out of its range, or the store cannot be opened.</exception>
    /// <exception cref="IOException">The address cannot be listened on.</exception>
    public static async Task RunAsync(
        StudioOptions options,
        TimeProvider time,
        Action<string, string> listening,
        Action<string> warn,
        CancellationToken cancellation
    )
    {
        await using var stores = await FeedbackStore.OpenAllAsync(options.Store, time, cancellation);
        using var lines = new LineLoggerProvider(warn);
        await using var app = StudioHost.Create(options, stores, time, logging => logging.AddProvider(lines));
        await app.StartAsync(cancellation);
        var address = options.PublicUrl?.TrimEnd('/') ?? app.Urls.First();
        listening(address, $"{address}/welcome/{await SignInLinkAsync(stores, time, cancellation)}");
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            await app.StopAsync(CancellationToken.None);
        }
    }

    /// <summary>The secret of a link that signs in whoever started the server, as administrator of everything.</summary>
    /// <param name="stores">Where accounts lie.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellation">Cancels the waiting.</param>
    public static async Task<string> SignInLinkAsync(FeedbackStores stores, TimeProvider time, CancellationToken cancellation = default)
    {
        const string Name = "administrator";
        if (await stores.Accounts.FindByNameAsync(Name, cancellation) is not { } account)
        {
            account = NewAccount.Named(Name);
            await stores.Accounts.AddAsync(account, null, cancellation);
        }

        await stores.Projects.SetMemberAsync(
            new Membership(0, account.Id, ProjectRole.Administrator),
            isMember: true,
            account.Id,
            cancellation
        );
        return await stores.Accounts.GrantAsync(
            new Grant(GrantKind.SignIn, time.GetUtcNow() + LinkLife) { Account = account.Id, By = account.Id },
            cancellation
        );
    }
}
